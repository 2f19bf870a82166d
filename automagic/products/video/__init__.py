"""A topic or a text becomes a narrated, captioned video for each platform."""
