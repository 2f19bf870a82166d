"""What can be said of each author's posts without reading them, kept beside their name."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("authors", sa.Column("corpus", sa.Text))


def downgrade() -> None:
    op.drop_column("authors", "corpus")
