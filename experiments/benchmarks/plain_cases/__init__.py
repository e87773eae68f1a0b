"""Arms of `against_plain`: what a user would do without Potstill, in the same hours."""
