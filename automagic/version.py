"""The version of AutoMagic, for everybody who tells it: the command, results, vendors."""

__version__ = "0.1.0"

GENERATOR = f"AutoMagic/{__version__}"
"""What made a result, as the result says."""
