"""Schedules: what is made by itself, and when."""
