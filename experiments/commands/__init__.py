"""The commands of `potstill`."""
