"""Captions written from what was heard, or from a file: as SRT, WebVTT, SCC or text, beside a video or inside it."""
