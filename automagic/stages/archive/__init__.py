"""What products share of the archive."""
