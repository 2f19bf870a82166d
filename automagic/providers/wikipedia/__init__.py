"""Scripts from Wikipedia's articles."""
