"""Runs and their memoised steps."""
