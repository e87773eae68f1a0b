"""From trained models to proven bundles."""
