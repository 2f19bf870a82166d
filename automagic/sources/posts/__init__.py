"""What an author published, out of the file that a network gives them, or out of a file of their own.

    X archive (zip, folder, tweets.js) ─▶ x_archive ───┐
    Mastodon archive, outbox.json ─────▶ mastodon ─────┤
    Bluesky repository (.car) ─────────▶ bluesky ──────┼─▶ Export: posts, whose they are, what was left out
    rows (.jsonl, .json, .csv, .txt) ──▶ rows ─────────┤
    bluesky:NAME and the like ─────────▶ accounts ─────┘

`read_exports` in `reading` finds out which it is. Nothing is written anywhere, and nothing of an archive is unpacked.
"""
