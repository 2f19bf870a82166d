"""The embedded writer that takes whole sentences of a document."""
