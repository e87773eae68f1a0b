"""A page that runs a bundle in the browser, on drawings, files, photographs or speech of its user."""
