"""What follows from the catalogue: vectors, terms, and columns to search, filter and count by."""
