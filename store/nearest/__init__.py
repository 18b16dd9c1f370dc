"""Which passages are nearest in meaning? A small library is searched exactly, a large by codes."""
