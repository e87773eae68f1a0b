"""Augmented views of training examples."""
