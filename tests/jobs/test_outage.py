"""A worker whose database is away says so once a minute, in one line."""

from __future__ import annotations

import logging

import psycopg
import pytest
import sqlalchemy as sa

from automagic.jobs.outage import Outage, is_away
from automagic.jobs.queue.engine import _quieten


def test_an_outage_is_told_at_once_then_each_minute_and_when_it_is_over():
    told: list[str] = []
    now = 0.0
    outage = Outage(told.append, clock=lambda: now)
    for now in range(1000, 1160, 2):  # looked at every two seconds
        outage.note(away=1010 <= now < 1150)
    assert told == [
        "The database does not answer; this worker waits for it.",
        "The database has not answered for 1 min; this worker waits for it.",
        "The database has not answered for 2 min; this worker waits for it.",
        "The database is back after 2 min.",
    ]


def test_a_database_that_is_there_is_not_told_of():
    told: list[str] = []
    outage = Outage(told.append)
    for _ in range(3):
        outage.note(away=False)
    assert told == []


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), True),
        (psycopg.InterfaceError("the connection is closed"), True),
        (psycopg.errors.UndefinedTable("workflow_status"), False),
        (OSError("disk"), False),
    ],
)
def test_only_a_lost_server_is_an_outage(error, away):
    assert is_away(error) is away


def test_what_the_engine_says_of_it_is_left_out_and_nothing_else(caplog, monkeypatch):
    _quieten()
    logger = logging.getLogger("dbos")
    monkeypatch.setattr(logger, "propagate", True)
    lost = sa.exc.OperationalError("SELECT 1", {}, psycopg.OperationalError("connection failed"))
    with caplog.at_level(logging.WARNING, "dbos"):
        logger.warning(f"Exception encountered in queue thread for jobs: {lost}")
        logger.warning("Notification listener error: consuming input failed: server closed the connection unexpectedly")
        logger.error("Exception polling schedules:", exc_info=lost)
        logger.warning("Exception encountered in queue thread for jobs: column x does not exist")
    assert [record.getMessage() for record in caplog.records] == [
        "Exception encountered in queue thread for jobs: column x does not exist"
    ]
