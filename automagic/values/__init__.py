"""Frozen values that cross rooms. They import no other room."""
