"""Students to begin a search with: references of the field, and those that searches of Potstill ended with."""
