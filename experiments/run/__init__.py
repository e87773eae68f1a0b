"""A run: its folder, its settings, its display and its MLflow log."""
