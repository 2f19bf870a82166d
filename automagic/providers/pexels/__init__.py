"""Stock photos and video clips from Pexels."""
