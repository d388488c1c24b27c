"""The exercises, a module a chapter: what is asked, how it is checked, how it goes wrong."""
