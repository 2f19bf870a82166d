"""Sound: read from recordings, made, mixed and measured."""
