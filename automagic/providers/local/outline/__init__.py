"""The embedded writer that makes questions of a bare topic."""
