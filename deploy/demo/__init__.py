"""A page that runs a bundle in the browser, on what its user draws, drops, photographs or says."""
