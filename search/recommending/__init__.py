"""More like these documents, and why: the recommendations of a library."""
