"""What the voice says for what is written."""
