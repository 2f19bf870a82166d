"""From pictures and cues to silent segments of video."""
