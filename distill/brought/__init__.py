"""Teachers that the user brings: opened, looked into before they are trusted, and held against examples."""
