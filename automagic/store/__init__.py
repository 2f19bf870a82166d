"""Artifacts: files and values under the hash of their content, and the removal of those that are no longer needed."""
