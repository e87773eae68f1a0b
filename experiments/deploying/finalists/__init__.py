"""Files of a run's finalists: several of each, trained, proven and bundled; and early ones while the run goes on."""
