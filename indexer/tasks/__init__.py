"""The tasks of a library are worked through, behind its searches."""
