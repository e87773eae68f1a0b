"""Parts of a run whose seconds beside the training steps are measured."""
