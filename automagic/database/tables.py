"""The tables.

    runs ──< run_steps          what was asked for, and what each of its steps did (for status and metrics)
    steps ──< step_artifacts    the memory: key → result; insert-once
    artifacts                   the files in the artifact store
    runs ──< pins >── artifacts what a run needs and retention may not take

Times are seconds since 1970 (UTC), as floats: the same in every database and cheap to compare.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("product", sa.String(16), nullable=False),
    sa.Column("title", sa.String(300), nullable=False, default=""),
    sa.Column("state", sa.String(16), nullable=False),  # running, succeeded, failed, rejected, cancelled
    sa.Column("started_at", sa.Float, nullable=False, index=True),
    sa.Column("finished_at", sa.Float),
    sa.Column("steps_hit", sa.Integer, nullable=False, default=0),
    sa.Column("steps_miss", sa.Integer, nullable=False, default=0),
    sa.Column("cost_usd", sa.Float, nullable=False, default=0.0),
    sa.Column("result", sa.Text),  # JSON
    sa.Column("error", sa.Text),
)

run_steps = sa.Table(
    "run_steps",
    metadata,
    sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(40), nullable=False, index=True),
    sa.Column("subject", sa.String(80), nullable=False, default=""),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("hit", sa.Boolean, nullable=False),
    sa.Column("duration_s", sa.Float, nullable=False),
)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("result", sa.Text, nullable=False),  # canonical JSON of the step's return value
    sa.Column("duration_s", sa.Float, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("used_at", sa.Float, nullable=False, index=True),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("media_type", sa.String(60), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    # Of the file as it was stored: while it stays the same, the content need not be hashed again.
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)

step_artifacts = sa.Table(
    "step_artifacts",
    metadata,
    sa.Column("key", sa.String(64), sa.ForeignKey("steps.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("artifacts.sha256"), primary_key=True, index=True),
)

pins = sa.Table(
    "pins",
    metadata,
    sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("artifacts.sha256"), primary_key=True, index=True),
    sa.Column("pinned_at", sa.Float, nullable=False),
)
