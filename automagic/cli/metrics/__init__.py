"""`automagic --metrics`."""
