"""Devices, which run files and measure their latency; each is a `device.Device`."""
