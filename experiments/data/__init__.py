"""Data sets through TensorFlow Datasets: prepared, split and turned into pixels."""
