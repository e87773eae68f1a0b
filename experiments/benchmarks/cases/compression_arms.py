"""The ways in which the compression benchmark compresses a student."""

ARMS = {
    "int8": "int8",
    "dense": "int8, trained",
    "zeros": "zeros 0.5, int8, trained",
    "zeros, clusters": "zeros 0.5, clusters 16, int8, trained",
}
"""Always-PQAT is `zeros`."""


LONGER_ARMS = {"dense, longer": "int8, trained", "channels": "channels 0.5, int8, trained"}
"""A network that lost half of its channels' work needs longer, and the one beside it has as long."""
