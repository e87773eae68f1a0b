"""Teacher to student learning: seeded views, the teacher bank, losses and training.

Knows nothing of budgets, search or tracking.
"""

import os

# tfmot takes tf_keras models only, and reads this when TensorFlow is first imported.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
