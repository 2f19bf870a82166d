"""`automagic jobs` and `automagic worker`."""
