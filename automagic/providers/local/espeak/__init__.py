"""The embedded voice espeak-ng."""
