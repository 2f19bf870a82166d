"""Scripts: the file that a person edits, and what is told of a text's structure."""
