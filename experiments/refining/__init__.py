"""The refinement stage of a run: the students that matter, trained to the end."""
