"""Where a finished result is published: one file or folder for each destination.

It declares `DESTINATION`, by which `--publish` finds it (`shared/kind.py`). What destinations share is in `shared`.
"""
