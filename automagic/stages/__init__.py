"""Pieces of recipes that products share."""
