"""Where a finished result is published: one file for each destination.

A destination's file has `FORM` (how it is written behind `--publish`), `parse_place` and `open_destination`;
`publication.py` finds it by name. The other files are what destinations share.
"""
