"""What is known of a set of documents: how they are counted, ordered and listed."""
