"""What a text is (list, news, story, ...), and what it promises by that."""
