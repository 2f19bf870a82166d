"""Recordings of the archive as sources of clips."""
