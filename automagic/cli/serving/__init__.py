"""`automagic serve` and `automagic mcp`: the studio for other programs."""
