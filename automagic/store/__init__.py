"""Artifacts: files and values under the hash of their content, and what becomes of those that nobody needs."""
