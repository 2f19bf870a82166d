"""Who makes things for us: one file or folder a vendor. Embedded engines are under `local`."""
