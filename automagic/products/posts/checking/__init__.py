"""Texts that a person wrote are checked before they are published."""
