"""Training of students: in this process, in worker processes, on a Ray cluster."""
