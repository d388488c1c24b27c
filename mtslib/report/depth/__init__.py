"""How many layers to train: scores and costs by freeze depth."""
