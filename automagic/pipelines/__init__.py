"""What is made: one file per product, read top to bottom like a recipe."""
