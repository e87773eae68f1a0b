"""The planning of a run in hours: measured speeds, the plan, and the context that keeps to it."""
