"""Architecture search: genotype, space, estimates, oracles, tuner, journal and Pareto front."""

import os

# Keras Tuner and the students must see the same Keras; read when TensorFlow is first imported.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
