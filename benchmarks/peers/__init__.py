"""Other engines on the judged sets, each asked in an environment of its own that lacks Wenhai."""
