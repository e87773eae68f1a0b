"""Keras models rebuilt with other layers."""
