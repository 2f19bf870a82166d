"""Totals for the metrics, and the note of each run that has ended and is not in them yet.

A later migration that rebuilds the table `runs` (a batch operation on SQLite) has to make the triggers again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("uncounted_runs", sa.Column("run_id", sa.String(32), primary_key=True))
    op.create_table(
        "totals",
        sa.Column("starts_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("span_s", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("total_s", sa.Float, nullable=False),
        sa.Column("slowest_s", sa.Float, nullable=False),
        sa.Column("histogram", sa.Text, nullable=False),
    )
    op.create_table(
        "resource_peaks",
        sa.Column("starts_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("span_s", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
    )
    op.execute("INSERT INTO uncounted_runs (run_id) SELECT id FROM runs WHERE state <> 'running'")
    if op.get_context().dialect.name == "postgresql":
        _note_ended_runs_on_postgresql()
    else:
        _note_ended_runs_on_sqlite()


def _note_ended_runs_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER note_ended_run AFTER UPDATE OF state ON runs "
        "WHEN OLD.state = 'running' AND NEW.state <> 'running' "
        "BEGIN INSERT OR IGNORE INTO uncounted_runs (run_id) VALUES (NEW.id); END"
    )
    op.execute(
        "CREATE TRIGGER note_new_ended_run AFTER INSERT ON runs WHEN NEW.state <> 'running' "
        "BEGIN INSERT OR IGNORE INTO uncounted_runs (run_id) VALUES (NEW.id); END"
    )


def _note_ended_runs_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION note_ended_run() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO uncounted_runs (run_id) VALUES (NEW.id) ON CONFLICT DO NOTHING; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER note_ended_run AFTER UPDATE OF state ON runs FOR EACH ROW "
        "WHEN (OLD.state = 'running' AND NEW.state <> 'running') EXECUTE FUNCTION note_ended_run()"
    )
    op.execute(
        "CREATE TRIGGER note_new_ended_run AFTER INSERT ON runs FOR EACH ROW "
        "WHEN (NEW.state <> 'running') EXECUTE FUNCTION note_ended_run()"
    )


def downgrade() -> None:
    on_postgresql = op.get_context().dialect.name == "postgresql"
    for name in ("note_ended_run", "note_new_ended_run"):
        op.execute(f"DROP TRIGGER {name}{' ON runs' if on_postgresql else ''}")
    if on_postgresql:
        op.execute("DROP FUNCTION note_ended_run")
    for table in ("resource_peaks", "totals", "uncounted_runs"):
        op.drop_table(table)
