"""A whole installation in one file, taken while it is in use, and put back elsewhere with every row compared."""
