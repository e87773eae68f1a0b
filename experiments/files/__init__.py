"""Work on a file or bundle that the user named: proven again, measured, exported, viewed, shown, handed over."""
