"""What is shown: figures, tables and the slider, a folder a subject; `evidence` judges."""
