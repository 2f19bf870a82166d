"""Which part of a picture fills a frame of another shape."""
