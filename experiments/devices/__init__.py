"""The user's devices, and their calibration."""
