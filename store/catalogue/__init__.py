"""The truth in SQLite: documents, what files say about them, and their passages."""
