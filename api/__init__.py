"""Questions over HTTP and in a browser."""
