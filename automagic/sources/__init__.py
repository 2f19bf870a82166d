"""Where material comes from: one file each for a file, standard input and a page of the web.

file ───────────┐
standard input ─┼─▶ text (what kind is it?) ─▶ encoding ─▶ markdown | plain | hypertext ─▶ Document
page ───────────┘
"""
