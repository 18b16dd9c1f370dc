"""Other engines, each asked in an environment of its own that lacks Wenhai."""
