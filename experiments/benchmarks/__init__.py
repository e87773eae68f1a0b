"""Performance and quality, measured side by side: `python -m experiments.benchmarks.NAME [--json]`."""
