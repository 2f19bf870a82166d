"""`automagic schedule` and `automagic --scheduled`."""
