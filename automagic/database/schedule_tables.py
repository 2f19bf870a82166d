"""What the schedules remember: how far each got, what it fired, and which topics were used.

    schedules ──< schedule_firings      the row of a firing is written with its topic, before its job is queued
    used_topics, queued_topics          by the pool or the queue that they belong to

Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import sqlalchemy as sa

from automagic.database.tables import metadata

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("timing", sa.Text, nullable=False),  # JSON; when it changes, due times count from then
    sa.Column("last_due_at", sa.Float, nullable=False),  # up to here all was seen to: fired, skipped or used up
    sa.Column("notice", sa.Text, nullable=False),  # what a person should know of it; "" for nothing
    sa.Column("noticed_at", sa.Float),
)

schedule_firings = sa.Table(
    "schedule_firings",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),  # schedule-<name>-<due time>; the key of its job
    sa.Column("schedule", sa.String(40), nullable=False, index=True),
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("claimed_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # claimed, queued, failed
    sa.Column("request", sa.Text, nullable=False),  # JSON: what is to be queued
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("job_id", sa.String(80), nullable=False),
    sa.Column("error", sa.Text, nullable=False),
)

used_topics = sa.Table(
    "used_topics",
    metadata,
    sa.Column("pool", sa.String(60), primary_key=True),
    sa.Column("topic_sha256", sa.String(64), primary_key=True),
    sa.Column("round", sa.Integer, nullable=False),  # the last one that it was used in
    sa.Column("firing_id", sa.String(80), nullable=False, index=True),
)

queued_topics = sa.Table(
    "queued_topics",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("topic_sha256", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.UniqueConstraint("queue", "topic_sha256"),
)
