"""`--test`: whether the parts of an installation do their work."""
