"""Devices: what runs a file and tells its latency. Each is a `device.Device`."""
