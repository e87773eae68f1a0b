"""Baselines that a search is compared with."""
