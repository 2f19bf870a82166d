"""Content credentials: what was generated, by what, signed."""
