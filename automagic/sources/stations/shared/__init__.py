"""What the kinds of station have in common."""
