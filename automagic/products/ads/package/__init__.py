"""The folder of a package: what `ads make` writes, and all that comes after it reads."""
