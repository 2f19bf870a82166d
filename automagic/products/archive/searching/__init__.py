"""Find recordings again: by what is said in them, or by name."""
