"""ElevenLabs' voices."""
