"""Bundles as files: packed, encrypted, signed, and checked again."""
