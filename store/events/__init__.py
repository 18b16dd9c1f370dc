"""What visitors did with documents, kept in the catalogue until it is old or taken back."""
