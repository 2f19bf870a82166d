"""The archive: sources that are mirrored, their recordings, what was heard in them, and what is searched.

    archive_sources ──< archive_items ──< archive_passages (and their index) ──< archive_vectors
                              └─ generation 2, 3 …: another recording under the same name of its source

Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.tables import metadata

archive_sources = sa.Table(
    "archive_sources",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),  # cablecast, folder, feed
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("user", sa.String(200), nullable=False),  # "" for nobody; the password is a setting
    sa.Column("allow_private", sa.Boolean, nullable=False),
    sa.Column("added_at", sa.Float, nullable=False),
    sa.Column("cursor_at", sa.Float),  # by its own clock: up to here everything was seen
    sa.Column("full_at", sa.Float),  # when everything was listed last
    sa.Column("probe", sa.Text, nullable=False),  # JSON: the last look at its health
    sa.Column("probed_at", sa.Float),
)

archive_items = sa.Table(
    "archive_items",
    metadata,
    sa.Column("source", sa.String(80), sa.ForeignKey("archive_sources.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("remote_id", sa.String(300), primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True),  # 1; the newest is the one that the source serves
    sa.Column("id", sa.String(16), nullable=False, unique=True),  # ours, for people: a digest of the three above
    sa.Column("newest", sa.Boolean, nullable=False),
    sa.Column("fingerprint", sa.String(16), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("show_id", sa.String(80), nullable=False),
    sa.Column("event_at", sa.Float),
    sa.Column("length_s", sa.Float, nullable=False),
    sa.Column("servable", sa.Boolean, nullable=False),
    sa.Column("listed", sa.Text, nullable=False),  # JSON: the item as its source listed it
    sa.Column("first_seen_at", sa.Float, nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False),
    sa.Column("missing_since", sa.Float),
    sa.Column("gone_at", sa.Float),
    sa.Column("evidence", sa.Text, nullable=False),  # why it is called gone, or that it came back
    sa.Column("held_at", sa.Float),
    sa.Column("held_why", sa.Text, nullable=False),
    sa.Column("held_by", sa.String(80), nullable=False),
    sa.Column("media_state", sa.String(8), nullable=False),  # none, wanted, there, failed, damaged, lost
    sa.Column("media_path", sa.Text, nullable=False),
    sa.Column("media_bytes", sa.BigInteger, nullable=False),
    sa.Column("media_sha256", sa.String(64), nullable=False),
    sa.Column("media_error", sa.Text, nullable=False),
    sa.Column("media_checked_at", sa.Float),  # when its file was read again; None for not since it came
    sa.Column("sound_sha256", sa.String(64), nullable=False),  # of what was heard: equal sounds are heard once
    sa.Column("transcript", sa.String(64), nullable=False),  # digest in the store; "" for none
    sa.Column("captions", sa.String(64), nullable=False),  # of the station's own; "" for none
    # All that the status counts, so that counting reads no row.
    sa.Index(
        "archive_items_counted",
        "source",
        "newest",
        "media_state",
        "missing_since",
        "gone_at",
        "held_at",
        "transcript",
        "captions",
        "media_bytes",
    ),
    sa.Index("archive_items_by_sound", "sound_sha256"),
)

archive_passages = sa.Table(
    "archive_passages",
    metadata,
    sa.Column("rowid", sa.Integer, primary_key=True),
    sa.Column("item", sa.String(16), sa.ForeignKey("archive_items.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("start_s", sa.Float, nullable=False),
    sa.Column("end_s", sa.Float, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),  # its words as they are searched, as `search.fold` gives them
    sa.Column("times", sa.Text, nullable=False),  # JSON: tenths of a second from start_s at which each word begins
    sa.Column("speaker", sa.String(80), nullable=False),
)

archive_vectors = sa.Table(
    "archive_vectors",  # what passages mean; made when somebody searches by meaning
    metadata,
    sa.Column(
        "passage",
        sa.Integer,
        sa.ForeignKey("archive_passages.rowid", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("engine", sa.String(16), primary_key=True),  # fingerprint of what made it
    sa.Column("vector", sa.LargeBinary, nullable=False),  # of unit length, little-endian float16
)
