"""What the benchmark of compression shares: its students, the work on one, and its figures."""
