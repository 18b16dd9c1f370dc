"""What was asked for over HTTP, kept in the catalogue until it is done."""
