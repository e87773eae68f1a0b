"""Reports as text, tables and pictures."""
