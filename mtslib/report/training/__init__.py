"""What training did: optimizers, curves, wrong answers, full fine-tuning."""
