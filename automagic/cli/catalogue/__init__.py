"""What there is to choose from, heard and seen before a video is made."""
