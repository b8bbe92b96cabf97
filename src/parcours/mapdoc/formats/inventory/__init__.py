"""The touchpoint inventory as CSV, one row a touchpoint, in and out; what is no fact of a touchpoint is lost."""
