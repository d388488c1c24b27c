"""A package, so that its fixtures end with it: see conftest.py."""
