"""Editing what a job made: its script, or the plan of its clips, and making just that again."""
