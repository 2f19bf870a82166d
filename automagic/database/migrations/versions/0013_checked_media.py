"""When each file of the archive was last read again and compared with its hash."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("archive_items", sa.Column("media_checked_at", sa.Float))


def downgrade() -> None:
    op.drop_column("archive_items", "media_checked_at")
