"""Processes that search for a server: what one core cannot do, several do side by side."""
