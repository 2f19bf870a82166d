"""The posts that styles are learned from, and whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authors",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("permission", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("accounts", sa.Text, nullable=False),
    )
    op.create_table(
        "posts",
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
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for table in ("posts", "authors"):
        op.drop_table(table)
