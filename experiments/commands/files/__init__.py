"""Commands about a file or a bundle."""
