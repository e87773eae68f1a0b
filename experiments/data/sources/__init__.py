"""Sources of examples: a TFDS data set, a folder, arrays, a table; a kind is a module."""
