"""The hours of a run: its clock, its plan, and the time that each stage has left."""
