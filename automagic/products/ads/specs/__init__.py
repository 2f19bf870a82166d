"""What platforms take of an ad, as they said it on a day."""
