"""The posts that styles are learned from: what an author published, and why it may be here.

    authors ──< posts           removed together when an author is forgotten

Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.tables import metadata

authors = sa.Table(
    "authors",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("permission", sa.String(16), nullable=False),  # mine, consent: as the person said when asked
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("accounts", sa.Text, nullable=False),  # JSON: ["x:jane", "mastodon:jane@example.social"]
    sa.Column("corpus", sa.Text),  # JSON: {"sha256": …, "kinds": {"post": 950}} of the posts; NULL of an older version
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("author", sa.String(80), sa.ForeignKey("authors.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.String(300), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", sa.Float),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("language", sa.String(40), nullable=False),
    sa.Column("likes", sa.BigInteger),
    sa.Column("reposts", sa.BigInteger),
    sa.Column("replies", sa.BigInteger),
    sa.Column("media", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),  # of all of it: the hash of a corpus is made of these
)
