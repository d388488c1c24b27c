"""What the library takes in time; the contest with its peers stands in tests/benchmarks."""
