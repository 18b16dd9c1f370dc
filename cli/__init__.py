"""The command line: `wenhai index`, `search`, `similar`, `serve`, `status`."""
