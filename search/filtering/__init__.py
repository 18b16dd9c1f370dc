"""A filter says which documents may answer at all, by their facts."""
