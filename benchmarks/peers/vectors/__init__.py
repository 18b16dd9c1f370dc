"""Engines that find the nearest vectors, each built and asked in a process of its own."""
