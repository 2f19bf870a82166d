"""What a person can ask for: one folder each. They never import each other."""
