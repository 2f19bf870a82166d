"""A person's own list of names: how each is said, written, heard and kept."""
