"""Pixels and sound: from pictures and words to a finished, measured file."""
