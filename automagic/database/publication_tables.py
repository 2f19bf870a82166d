"""The journals of publications: one row for each thing that was, or is being, published at one place.

    publications       finished videos and clips
    published_posts    each post of each thread
    queued_posts       drafts that wait for their time

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

published_posts = sa.Table(
    "published_posts",
    metadata,
    sa.Column("network", sa.String(16), primary_key=True),
    sa.Column("account", sa.String(300), primary_key=True),  # its id, which never changes
    sa.Column("content", sa.String(64), primary_key=True),  # sha256 of the whole thread
    sa.Column("variant", sa.Integer, primary_key=True),  # 1; the next when it is published anew on purpose
    sa.Column("part", sa.Integer, primary_key=True),  # from 1
    sa.Column("parts", sa.Integer, nullable=False),  # how many parts the thread has
    sa.Column("account_name", sa.String(300), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # the run, or the folder or file, of the draft
    sa.Column("draft", sa.Integer, nullable=False),  # its number there, from 1; 0 for a text of the person's own
    sa.Column("run_id", sa.String(32), nullable=False, index=True),  # the latest that asked for it
    sa.Column("remote_id", sa.String(300), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # begun, published, deleted
    sa.Column("begun_at", sa.Float, nullable=False),
    sa.Column("published_at", sa.Float, index=True),
    sa.Column("cost_micro_usd", sa.BigInteger, nullable=False),
)

queued_posts = sa.Table(
    "queued_posts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("source", sa.Text, nullable=False),  # the run, or the folder or file, of the draft
    sa.Column("draft", sa.Integer, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),  # where it lies
    sa.Column("targets", sa.Text, nullable=False),  # JSON: ["mastodon:@jane@example.social"]
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("text_sha256", sa.String(64), nullable=False),  # as it was when it was queued
    sa.Column("max_cost_micro_usd", sa.BigInteger, nullable=False),  # what was agreed to
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False, index=True),  # later than due after a failure, or on a full day
    sa.Column("state", sa.String(16), nullable=False, index=True),  # waiting, published, failed
    sa.Column("attempts", sa.Integer, nullable=False),  # that failed
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("run_id", sa.String(32), nullable=False),  # the latest that published it
    sa.Column("added_at", sa.Float, nullable=False),
    # Who is publishing it at this moment; "" when nobody is.
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started_at", sa.Float, nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
)
