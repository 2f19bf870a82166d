"""How far each schedule got, what it fired, and which topics were used."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("timing", sa.Text, nullable=False),
        sa.Column("last_due_at", sa.Float, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("noticed_at", sa.Float),
    )
    op.create_table(
        "schedule_firings",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("schedule", sa.String(40), nullable=False, index=True),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("claimed_at", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("job_id", sa.String(80), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_table(
        "used_topics",
        sa.Column("pool", sa.String(60), primary_key=True),
        sa.Column("topic_sha256", sa.String(64), primary_key=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("firing_id", sa.String(80), nullable=False, index=True),
    )
    op.create_table(
        "queued_topics",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("topic_sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("queue", "topic_sha256"),
    )


def downgrade() -> None:
    for table in ("queued_topics", "used_topics", "schedule_firings", "schedules"):
        op.drop_table(table)
