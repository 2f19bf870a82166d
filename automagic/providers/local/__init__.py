"""The embedded engines: they work on this machine, with no key and no network."""
