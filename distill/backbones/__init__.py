"""Pretrained networks without their top, which get a head for the classes of the data and are fine-tuned."""
