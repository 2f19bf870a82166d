"""Totals are also of what programs name themselves: tasks, calls, and figures with labels."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = {"name": 40, "outcome": 16}
AFTER = {"name": 200, "outcome": 600}


def upgrade() -> None:
    _set_lengths(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM totals WHERE kind IN ('task', 'call', 'counter', 'measure')")
    _set_lengths(BEFORE)


def _set_lengths(lengths: dict[str, int]) -> None:
    if op.get_bind().dialect.name == "sqlite":  # it holds nobody to a length
        return
    for column, length in lengths.items():
        op.alter_column("totals", column, type_=sa.String(length))
