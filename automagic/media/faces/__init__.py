"""Faces: where they are, whose they are, who speaks."""
