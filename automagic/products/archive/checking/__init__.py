"""Captions checked: where they stand, and against what was said."""
