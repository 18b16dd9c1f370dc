"""A question becomes a page of answers."""
