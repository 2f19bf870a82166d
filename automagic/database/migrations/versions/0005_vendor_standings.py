"""What all processes know of a vendor together: its failures in a row, and how fast it is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vendor_standings",
        sa.Column("vendor", sa.String(40), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("tried_at", sa.Float, nullable=False),
        sa.Column("turns", sa.Float, nullable=False),
        sa.Column("turns_at", sa.Float, nullable=False),
        sa.Column("held_until", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("vendor_standings")
