"""The journal of publications: one row for each thing that was, or is being, published at one place.

What is published is known by its content, so that a later run that finds the same video in its memory goes on with
the same row. Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.tables import metadata

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("destination", sa.String(120), primary_key=True),  # with the account: "youtube:UC…"
    sa.Column("platform", sa.String(16), primary_key=True),  # "" where all platforms go together
    sa.Column("content", sa.String(64), primary_key=True),  # sha256
    sa.Column("run_id", sa.String(32), nullable=False, index=True),  # the latest that asked for it
    sa.Column("state", sa.String(16), nullable=False),  # claimed, uploading, finishing, uploaded, published
    sa.Column("session_url", sa.Text, nullable=False),
    sa.Column("session_at", sa.Float, index=True),  # when the latest upload was begun
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("bytes_sent", sa.BigInteger, nullable=False),
    sa.Column("remote_id", sa.String(200), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("extras", sa.String(80), nullable=False),  # what has joined it: "captions thumbnail"
    sa.Column("updated_at", sa.Float, nullable=False),
    # Who is publishing it at this moment; "" when nobody is.
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started_at", sa.Float, nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
)
