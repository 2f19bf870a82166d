"""Posts for social networks: how long each network counts them, what is a link in them, how a long one is divided."""
