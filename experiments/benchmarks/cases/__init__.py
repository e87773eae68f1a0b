"""Settings and students that several benchmarks share."""
