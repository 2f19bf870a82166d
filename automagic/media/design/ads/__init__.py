"""Ads as pictures: texts, button, logo and picture laid out by measuring them, in colours that can be read."""
