"""A folder or an upload becomes a library."""
