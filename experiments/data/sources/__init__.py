"""Sources of examples: a TFDS data set, a folder, arrays; a kind is a module."""
