"""Model files: which ones, where they come from, and the proof that they are the right ones."""
