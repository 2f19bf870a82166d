"""Texts for the fields of platforms, which say nothing that a brief does not."""
