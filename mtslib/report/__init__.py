"""What is shown: figures, tables and the slider, one folder per subject; `evidence` judges."""
