"""The result is measured before it is shown."""
