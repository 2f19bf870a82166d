"""The tables.

    runs ──< run_steps          what was asked for, and what each of its steps did (for status and metrics)
    steps ──< step_artifacts    the memory: key → result; insert-once
    artifacts                   the files in the artifact store
    runs ──< pins >── artifacts what a run needs and retention may not take
    vendor_calls ──> artifacts  every purchase and its answer; an answer that is not retired is kept for good
    call_steps                  which steps used the answer to which call, so that a step that is done again buys again
    claims                      who is buying which answer right now
    vendor_standings            what all processes know of a vendor: failures in a row, how fast it is asked

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
    sa.Column("state", sa.String(16), nullable=False),  # running, succeeded, failed, refused, rejected, cancelled
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

vendor_calls = sa.Table(
    "vendor_calls",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(64), nullable=False, index=True),
    sa.Column("epoch", sa.Integer, nullable=False),  # of the claim that it was made under
    sa.Column("run_id", sa.String(32), nullable=False, index=True),  # no foreign key: money outlives runs
    sa.Column("vendor", sa.String(40), nullable=False),
    sa.Column("operation", sa.String(40), nullable=False),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("parameters_sha256", sa.String(64), nullable=False),
    sa.Column("idempotency_key", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # reserved, calling, delivered, failed, unknown
    sa.Column("retired", sa.Boolean, nullable=False, default=False),  # no longer speaks for its key
    sa.Column("estimate_micro_usd", sa.BigInteger, nullable=False),
    sa.Column("spent_micro_usd", sa.BigInteger, nullable=False),  # what it counts for: the estimate, then the cost
    sa.Column("started_at", sa.Float, nullable=False, index=True),
    sa.Column("finished_at", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("remote_id", sa.String(200), nullable=False, default=""),
    sa.Column("artifact_sha256", sa.String(64), sa.ForeignKey("artifacts.sha256"), index=True),
    sa.Column("facts", sa.Text, nullable=False, default="{}"),  # JSON
    sa.Column("error", sa.String(400), nullable=False, default=""),
    # All that the metrics ask for, in the order that they put it together in.
    sa.Index("ix_vendor_calls_figures", "vendor", "operation", "state", "attempts", "spent_micro_usd"),
)

call_steps = sa.Table(
    "call_steps",
    metadata,
    sa.Column("step_key", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True, index=True),
)

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(32), nullable=False),  # one gate's own mark; "" when nobody holds it
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started_at", sa.Float, nullable=False),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
)

vendor_standings = sa.Table(
    "vendor_standings",
    metadata,
    sa.Column("vendor", sa.String(40), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),  # calls in a row
    sa.Column("opened_at", sa.Float, nullable=False),  # when the breaker opened; 0 while it is closed
    sa.Column("tried_at", sa.Float, nullable=False),  # when one call was let through an open one; 0 for not yet
    sa.Column("turns", sa.Float, nullable=False),  # in the leaky bucket, as of turns_at
    sa.Column("turns_at", sa.Float, nullable=False),
    sa.Column("held_until", sa.Float, nullable=False),  # by the vendor's own word
)
