"""What is learned of an author's posts: once for each state of them, for all who ask."""
