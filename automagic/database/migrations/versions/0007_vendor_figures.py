"""The metrics of vendors are read from an index, in the order that they are put together in."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_vendor_calls_figures", "vendor_calls", ["vendor", "operation", "state", "attempts", "spent_micro_usd"]
    )


def downgrade() -> None:
    op.drop_index("ix_vendor_calls_figures", "vendor_calls")
