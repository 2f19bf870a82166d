"""What waits for a person, and what waits to be told.

    approvals    results that somebody asks to publish: who asked, for what, who decided
    callbacks    addresses that are told once a job has ended
    edits        scripts and plans of jobs, as a person has edited them since

Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.tables import metadata

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("job_id", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("item", sa.String(80), nullable=False),  # the number of a draft; "" for all of the result
    sa.Column("targets", sa.Text, nullable=False),  # JSON: a list of destinations
    sa.Column("content", sa.String(64), nullable=False),  # sha256 of what would be published
    sa.Column("state", sa.String(16), nullable=False, index=True),  # waiting, approved, rejected, void
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("asked_by", sa.String(120), nullable=False),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("decided_by", sa.String(120), nullable=False),
    sa.Column("decided_at", sa.Float),
    sa.Column("run_id", sa.String(40), nullable=False),  # of the job that publishes; "" for none
)

edits = sa.Table(
    "edits",
    metadata,
    sa.Column("job_id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(16), primary_key=True),  # script, plan
    sa.Column("base", sa.Text, nullable=False),  # as the job made it
    sa.Column("text", sa.Text, nullable=False),  # as it is now
    sa.Column("mark", sa.String(24), nullable=False),  # of the text
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)

callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),  # of the delivery: the same at each try
    sa.Column("job_id", sa.String(40), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # waiting, told, given up
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("added_at", sa.Float, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
)
