"""How long a post is, by each network's own rule."""
