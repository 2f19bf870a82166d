"""A home and a database that are only for a measurement, and vanish with it; a person's own are never touched."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from automagic.errors import ConfigurationError
from automagic.jobs.queue.location import QueueLocation
from automagic.settings import Settings
from automagic.values.secret import Secret

PERCENTILES = (50, 95, 99)


@contextlib.contextmanager
def own_place(url: str) -> Iterator[QueueLocation]:
    """A queue of its own: a temporary home, and on a server a database that is dropped at the end."""
    with tempfile.TemporaryDirectory(prefix="automagic-load-") as folder:
        if not url:
            yield QueueLocation(Path(folder))
            return
        import psycopg
        from psycopg import sql
        from psycopg.conninfo import conninfo_to_dict

        name = f"automagic_load_{secrets.token_hex(4)}"
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise ConfigurationError(
                f"no database could be made on the server of DATABASE_URL: {error}",
                hint="Its user needs the right CREATEDB; the load test never uses your own database.",
            ) from error
        try:
            yield QueueLocation(Path(folder), _with_database(url, conninfo_to_dict(url), name))
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _with_database(url: str, parts: Mapping[str, Any], name: str) -> str:
    """The address of another database on the same server."""
    import sqlalchemy as sa

    made = sa.make_url("postgresql://" + url.partition("://")[2]).set(database=name)
    if not made.host and parts.get("host"):
        made = made.update_query_dict({"host": str(parts["host"])})
    return made.render_as_string(hide_password=False)


def settings_of(place: QueueLocation) -> Settings:
    """The settings by which a place is used, and none of the person's."""
    url = place.database_url
    return Settings(automagic_home=place.home, database_url=Secret(url) if url else None)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 100) - 1)]


def latencies(took_s: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """Of each kind how many there were, their percentiles and the longest, in milliseconds."""
    return {
        name: {
            "number": len(values),
            **{f"p{share}": round(1000 * percentile(values, share), 1) for share in PERCENTILES if values},
            **({"max": round(1000 * max(values), 1)} if values else {}),
        }
        for name, values in took_s.items()
    }


def print_latencies(told: Mapping[str, Mapping[str, float]]) -> None:
    """For people."""
    print(f"\n{'latency, ms':12}{'number':>8}" + "".join(f"{name:>10}" for name in ("p50", "p95", "p99", "max")))
    for name, row in told.items():
        shown = "".join(f"{row.get(column, ''):>10}" for column in ("p50", "p95", "p99", "max"))
        print(f"{name:12}{row['number']:>8}{shown}")
