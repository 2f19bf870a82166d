"""A home as one file, and a home out of it: `automagic backup FILE`, `automagic restore FILE`."""
