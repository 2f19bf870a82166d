"""Posts in an author's style, from a page, a text, a topic, or a finished video or clip."""
