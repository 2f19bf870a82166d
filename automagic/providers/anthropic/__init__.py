"""Anthropic's Claude."""
