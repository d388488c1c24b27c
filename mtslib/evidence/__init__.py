"""What a number is worth: metrics, recorded runs, intervals, comparisons and verdicts."""
