"""Teachers that the user brings: inspected before they are loaded, opened, and checked on examples."""
