"""Drafts of posts to networks: threads made for each account, published, queued, taken back and corrected."""
