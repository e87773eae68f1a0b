"""Code for apps, generated for one bundle: its preprocessing, quantization and labels."""
