"""What several embedded engines have in common."""
