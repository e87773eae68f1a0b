"""A bundle's student in the formats of other runtimes."""
