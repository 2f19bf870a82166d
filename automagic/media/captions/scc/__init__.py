"""SCC, the file of closed captions that stations play out: CEA-608 pop-on captions, written and looked through.

cues ─▶ fold: 32 columns, 4 rows ─▶ pairs of bytes, one a frame, loaded before their moment ─▶ text
"""
