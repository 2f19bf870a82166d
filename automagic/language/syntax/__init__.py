"""Sentences as a parser sees them, and what may be left out of them."""
