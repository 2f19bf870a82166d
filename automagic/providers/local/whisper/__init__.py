"""The embedded transcriber Whisper."""
