"""What a card shows of a sentence: its point, shortened without changing it."""
