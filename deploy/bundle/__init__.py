"""A bundle: the value that is handed over for one student, and its parts."""
