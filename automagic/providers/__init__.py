"""Who makes things for us: one file per vendor, embedded engines under `local`."""
