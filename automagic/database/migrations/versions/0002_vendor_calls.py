"""Purchases from vendors, and who is making them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vendor_calls",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, index=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False, index=True),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("parameters_sha256", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("estimate_micro_usd", sa.BigInteger, nullable=False),
        sa.Column("spent_micro_usd", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.Float, nullable=False, index=True),
        sa.Column("finished_at", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("remote_id", sa.String(200), nullable=False),
        sa.Column("artifact_sha256", sa.String(64), sa.ForeignKey("artifacts.sha256"), index=True),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("error", sa.String(400), nullable=False),
    )
    op.create_table(
        "call_steps",
        sa.Column("step_key", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True, index=True),
    )
    op.create_table(
        "claims",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("host", sa.String(120), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_started_at", sa.Float, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("lease_until", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("claims")
    op.drop_table("call_steps")
    op.drop_table("vendor_calls")
