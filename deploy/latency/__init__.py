"""Latency: predicted from an architecture, and measured by operator."""
