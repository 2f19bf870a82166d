"""Bring the media of recordings here: when, how fast and how much a person allows, and whole or not at all."""
