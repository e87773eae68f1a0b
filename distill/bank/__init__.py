"""The teacher bank: an on-disk array of a teacher's outputs for every view of every training example."""
