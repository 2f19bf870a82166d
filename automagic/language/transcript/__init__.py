"""What was said in a recording: passages, topics, words that nobody would miss."""
