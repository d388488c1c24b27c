"""`python -m mtslib …`: a file for each group of commands."""
