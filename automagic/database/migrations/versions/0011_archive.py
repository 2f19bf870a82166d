"""The archive: sources, recordings, passages, and the index of their words."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEX = """
CREATE VIRTUAL TABLE archive_index USING fts5(
    folded, content='archive_passages', content_rowid='rowid', tokenize='unicode61 remove_diacritics 0', prefix='3'
)
"""
_ADDED = """
CREATE TRIGGER archive_passage_added AFTER INSERT ON archive_passages BEGIN
    INSERT INTO archive_index(rowid, folded) VALUES (new.rowid, new.folded);
END
"""
_REMOVED = """
CREATE TRIGGER archive_passage_removed AFTER DELETE ON archive_passages BEGIN
    INSERT INTO archive_index(archive_index, rowid, folded) VALUES ('delete', old.rowid, old.folded);
END
"""


def upgrade() -> None:
    op.create_table(
        "archive_sources",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("allow_private", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
        sa.Column("cursor_at", sa.Float),
        sa.Column("full_at", sa.Float),
        sa.Column("probe", sa.Text, nullable=False),
        sa.Column("probed_at", sa.Float),
    )
    op.create_table(
        "archive_items",
        sa.Column("source", sa.String(80), sa.ForeignKey("archive_sources.name", ondelete="CASCADE"), primary_key=True),
        sa.Column("remote_id", sa.String(300), primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("newest", sa.Boolean, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("show_id", sa.String(80), nullable=False),
        sa.Column("event_at", sa.Float),
        sa.Column("length_s", sa.Float, nullable=False),
        sa.Column("servable", sa.Boolean, nullable=False),
        sa.Column("listed", sa.Text, nullable=False),
        sa.Column("first_seen_at", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.Column("missing_since", sa.Float),
        sa.Column("gone_at", sa.Float),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("held_at", sa.Float),
        sa.Column("held_why", sa.Text, nullable=False),
        sa.Column("held_by", sa.String(80), nullable=False),
        sa.Column("media_state", sa.String(8), nullable=False),
        sa.Column("media_path", sa.Text, nullable=False),
        sa.Column("media_bytes", sa.BigInteger, nullable=False),
        sa.Column("media_sha256", sa.String(64), nullable=False),
        sa.Column("media_error", sa.Text, nullable=False),
        sa.Column("sound_sha256", sa.String(64), nullable=False),
        sa.Column("transcript", sa.String(64), nullable=False),
        sa.Column("captions", sa.String(64), nullable=False),
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
    op.create_table(
        "archive_passages",
        sa.Column("rowid", sa.Integer, primary_key=True),
        sa.Column("item", sa.String(16), sa.ForeignKey("archive_items.id", ondelete="CASCADE"), nullable=False),
        sa.Column("start_s", sa.Float, nullable=False),
        sa.Column("end_s", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("times", sa.Text, nullable=False),
        sa.Column("speaker", sa.String(80), nullable=False),
        sa.Index("ix_archive_passages_item", "item"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in (_INDEX, _ADDED, _REMOVED):
            op.execute(statement)
    else:
        op.execute(
            "ALTER TABLE archive_passages ADD COLUMN words tsvector GENERATED ALWAYS AS "
            "(to_tsvector('simple', folded)) STORED"
        )
        op.execute("CREATE INDEX archive_passages_words ON archive_passages USING gin (words)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER archive_passage_added")
        op.execute("DROP TRIGGER archive_passage_removed")
        op.execute("DROP TABLE archive_index")
    for table in ("archive_passages", "archive_items", "archive_sources"):
        op.drop_table(table)
