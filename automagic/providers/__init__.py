"""Who makes things for us: one file or folder a vendor, which declares `PROVIDER`. Engines are under `local`."""
