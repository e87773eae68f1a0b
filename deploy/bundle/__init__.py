"""What is handed over for one student, and how another side opens it."""
