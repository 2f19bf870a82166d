"""Each post that was published on a network."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_posts",
        sa.Column("network", sa.String(16), primary_key=True),
        sa.Column("account", sa.String(300), primary_key=True),
        sa.Column("content", sa.String(64), primary_key=True),
        sa.Column("variant", sa.Integer, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("account_name", sa.String(300), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("draft", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False, index=True),
        sa.Column("remote_id", sa.String(300), nullable=False, index=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("begun_at", sa.Float, nullable=False),
        sa.Column("published_at", sa.Float, index=True),
        sa.Column("cost_micro_usd", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("published_posts")
