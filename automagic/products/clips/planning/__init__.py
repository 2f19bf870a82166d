"""What will be cut: as a person edited it, as the chosen moments say, or from here to there."""
