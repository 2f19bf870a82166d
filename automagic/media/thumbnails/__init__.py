"""The picture that stands for a video or a clip."""
