"""What is shown: published figures, tables, plots, widgets, submission files and the audit."""
