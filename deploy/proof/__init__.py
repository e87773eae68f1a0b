"""Proof of a file: parity, accuracy, budget, operators, robustness."""
