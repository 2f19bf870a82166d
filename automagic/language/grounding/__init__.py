"""Whether what a text says stands in what it was made from."""
