"""Transcripts as tools write them."""
