"""Compression of a Keras model into a .tflite file, a step a module."""
