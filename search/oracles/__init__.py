"""Oracles: which genotype is tried next."""
