"""What is asked: a text becomes a query, with conditions on what answers it."""
