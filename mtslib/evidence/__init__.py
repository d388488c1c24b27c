"""What a number is worth: recorded runs, metrics, intervals, paired comparisons, verdicts."""
