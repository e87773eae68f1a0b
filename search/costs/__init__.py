"""Figures of a student from the layers of its walk: bytes of its file, peak memory, work of its training."""
