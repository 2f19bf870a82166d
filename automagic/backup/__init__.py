"""AUTOMAGIC_HOME as one file, and back again: `automagic backup FILE`, `automagic restore FILE`."""
