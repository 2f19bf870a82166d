"""Text in sentences and words."""
