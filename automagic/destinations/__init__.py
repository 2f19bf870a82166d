"""Where a finished result is published: one file or folder for each destination.

It has `FORM` (how it is written behind `--publish`), `parse_place` and `open_destination`; `shared/publication.py`
finds it by name. What destinations share is in `shared`.
"""
