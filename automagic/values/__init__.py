"""Frozen values that cross rooms. They know nobody."""
