"""`automagic --status`."""
