"""Briefs: what shall be advertised, read from a file, a text or a product page, and what may not be said of it."""
