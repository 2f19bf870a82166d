"""The version of AutoMagic, for everybody who tells it: the command, results, vendors."""

__version__ = "0.1.0"
