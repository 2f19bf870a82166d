"""Many jobs in one request: all, or every fault with its line and column."""

from __future__ import annotations

import json
from typing import Any

import pytest

from automagic.web.batch import MAX_LINES
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import Reply, ask, problem

LINES = "application/jsonl"


async def send(web: WebHome, body: str | bytes, kind: str = LINES, **headers: str) -> Reply:
    named = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await ask(
        web.app, "POST", "/api/batch", headers=named, body=body if isinstance(body, bytes) else body.encode()
    )


def lines(*values: Any) -> str:
    return "\n".join(map(json.dumps, values)) + "\n"


async def test_json_lines_become_jobs(web: WebHome) -> None:
    text = {"text": "# Bees\n\nBees visit flowers.\n", "name": "bees.md"}
    body = lines({"topic": "Bees", "duration_s": 20}, {"kind": "ads specs", "priority": "high"}, {"source": text})
    told = (await send(web, body)).json()["jobs"]
    assert [web.queue.find(one["id"]).title for one in told] == ["Bees", "ad specifications", "bees.md"]
    assert [web.queue.find(one["id"]).priority for one in told] == ["normal", "high", "normal"]


async def test_rows_of_csv_become_jobs(web: WebHome) -> None:
    body = "topic,duration_s,draft,platforms\nWhy ice floats,20,true,shorts\n\nBees,30,false,\n"
    told = (await send(web, body, "text/csv; charset=utf-8")).json()["jobs"]
    assert [web.queue.find(one["id"]).title for one in told] == ["Why ice floats", "Bees"]


async def test_the_same_batch_under_one_key_is_one(web: WebHome) -> None:
    body = lines({"topic": "Bees"}, {"topic": "Ants", "key": "ants"})
    first = (await send(web, body, idempotency_key="day")).json()["jobs"]
    again = (await send(web, body, idempotency_key="day")).json()["jobs"]
    assert [one["new"] for one in first + again] == [True, True, False, False]
    assert [one["id"] for one in first] == [one["id"] for one in again]


async def test_every_fault_has_its_line_and_column_and_nothing_is_queued(web: WebHome) -> None:
    before = web.kept()
    body = '{"topic": "Bees"}\n{"topic": }\n' + lines(
        {"topic": "Bees", "colour": 1},
        {"kind": "films"},
        [],
        {"source": "/etc/passwd"},
        {"topic": "Bees", "duration_s": 1},
    )
    told = problem(await send(web, body), 422)
    assert [one["pointer"] for one in told["errors"]] == [
        *("/1/11", "/2/colour", "/3/kind", "/4/1", "/5/source", "/6/duration_s"),
    ]
    assert told["errors"][0]["detail"].startswith("line 2, column 11: ")
    assert told["detail"] == "6 lines are wrong; nothing was queued"
    assert web.kept() == before


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("", LINES, 422),
        ("\n\n", LINES, 422),
        ("topic\n", "text/csv", 422),
        ("topic,topic2\na,b,c\n", "text/csv", 422),
        ('topic\n"a', "text/csv", 422),
        (b"\xff\xfe\x00", LINES, 400),
        ("{}", "application/json", 415),
        (lines(*[{"topic": "Bees"}] * (MAX_LINES + 1)), LINES, 422),
        (lines({"topic": "Bees", "key": 5}), LINES, 422),
        (lines({"topic": "Bees", "key": "k" * 300}), LINES, 422),
    ],
)
async def test_what_is_no_batch_is_refused(web: WebHome, body: Any, kind: str, status: int) -> None:
    before = web.kept()
    problem(await send(web, body, kind), status)
    assert web.kept() == before
