"""Captions go back to the station, and it is waited until the station serves them."""
