"""Where examples come from: a TFDS data set, a folder, arrays, a table; each kind a module."""
