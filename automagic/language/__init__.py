"""Text: sentences, spoken form, points, keywords, summary, and the file that a person writes a script in.

Pure functions over words; nothing here draws, speaks or reads a network.
"""
