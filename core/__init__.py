"""What every room shares: the types that travel between rooms, the error tree and the settings."""
