"""The bytes of a .tflite file: reading, rewriting and running them, without TensorFlow."""
