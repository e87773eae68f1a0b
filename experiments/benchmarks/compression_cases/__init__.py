"""Students of the benchmark of compression, the work on one, and its figures."""
