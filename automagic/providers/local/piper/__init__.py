"""The embedded voice Piper, for drafts."""
