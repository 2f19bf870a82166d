"""Bring the catalogue of a source up to date: what is new, changed, missing, gone, returned."""
