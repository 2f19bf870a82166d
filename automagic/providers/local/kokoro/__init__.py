"""The embedded voice Kokoro."""
