"""The shell around the notebooks: install, lab, execute, doctor, chapters."""
