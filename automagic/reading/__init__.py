"""What a person or a stranger wrote is read here: one door for files, one each for TOML, JSON and `.env`."""
