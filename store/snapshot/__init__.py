"""A library in one file: made while others search and write, checked to the last byte, restored."""
