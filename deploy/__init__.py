"""From a trained model to a file that a phone accepts: budget, devices, compression, proof and bundle."""

import os

# tfmot takes tf_keras models only, and reads this when TensorFlow is first imported.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
