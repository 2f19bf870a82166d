"""Schedules: what is made automatically, and when."""
