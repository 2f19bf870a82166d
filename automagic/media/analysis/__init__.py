"""What is seen and heard in a recording."""
