"""Who can do what: every provider by name, found by its file, and the lists in which a person names them.

WRITER=openai,wikipedia,extract      an ordered list; the next one is asked when one cannot
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast

from automagic import plugins
from automagic.errors import ConfigurationError, RequestError

if TYPE_CHECKING:
    from automagic.providers.shared.post_draft import PostBrief, WrittenPosts
    from automagic.providers.shared.provider import Kind, Provider
    from automagic.providers.shared.script_draft import WriterBrief
    from automagic.values.script import Script


@cache
def providers() -> Mapping[str, Provider]:
    """Every provider by name: those who ask a server, then those of this machine."""
    found = (*plugins.declared("providers"), *plugins.declared("providers.local"))
    return {one.name: cast("Provider", one) for one in found}


def asks_server(name: str) -> bool:
    """Whether what this provider makes comes from a server, and not from this machine."""
    return providers()[name].network


def is_paid(name: str) -> bool:
    """Whether this provider's work costs money."""
    return providers()[name].paid


def providers_of(kind: Kind) -> tuple[str, ...]:
    """Every provider of a kind, by name."""
    return tuple(name for name, provider in providers().items() if kind in provider.kinds)


def default_order(kind: Kind) -> tuple[str, ...]:
    """Who is asked when none is named, in order of preference; those whose setting is missing are left out later."""
    ranks = {name: provider.kinds[kind].by_default for name, provider in providers().items() if kind in provider.kinds}
    return tuple(sorted((name for name in ranks if ranks[name]), key=lambda name: ranks[name]))


def engines_of(kind: Kind) -> tuple[str, ...]:
    """Those of a kind who work on this machine, in order of preference; those who must be named come last."""
    here = [name for name in providers_of(kind) if not asks_server(name)]
    ranks = default_order(kind)
    return tuple(sorted(here, key=lambda name: ranks.index(name) if name in ranks else len(ranks)))


def write_here(name: str, brief: WriterBrief) -> Script:
    """A script by a writer of this machine.

    Raises:
        RequestError: It cannot write from what was given.
    """
    write = providers()[name].kinds["writer"].write
    assert write is not None  # noqa: S101 - who asks no server and writes, writes here
    return write(brief)


def post_writers() -> tuple[str, ...]:
    """Every writer who writes posts, by name: language models, and those of this machine who can."""
    crafts = {name: provider.kinds["writer"] for name, provider in providers().items() if "writer" in provider.kinds}
    return tuple(name for name, craft in crafts.items() if craft.model or craft.write_posts)


EXTRACT = "extract"
"""The writer that keeps to the words it is given."""


def line_writers() -> tuple[str, ...]:
    """Every writer who offers lines of ads, by name: language models, and the one that keeps to a brief's own words."""
    crafts = {name: provider.kinds["writer"] for name, provider in providers().items() if "writer" in provider.kinds}
    return tuple(name for name, craft in crafts.items() if craft.model or name == EXTRACT)


def write_posts_here(name: str, brief: PostBrief) -> WrittenPosts:
    """Candidates by a writer of this machine.

    Raises:
        RequestError: It cannot write from what was given.
    """
    write = providers()[name].kinds["writer"].write_posts
    assert write is not None  # noqa: S101 - who asks no server and writes posts, writes them here
    return write(brief)


def parse_chain(kind: Kind, text: str, *, said_by: str) -> tuple[str, ...]:
    """The names in an ordered list such as "openai,extract".

    Args:
        said_by: Where it was said, for the error: "--writer" or "WRITER".

    Raises:
        RequestError: A flag names somebody who does not offer this.
        ConfigurationError: A setting does.
    """
    fault = RequestError if said_by.startswith("--") else ConfigurationError
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    known = providers_of(kind)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = (f"Did you mean {near[0]}? " if near else "") + f"There are: {', '.join(known)}"
            raise fault(f"{said_by}: there is no {kind} {name!r}", hint=hint)
    if not names:
        raise fault(f"{said_by} names no {kind}", hint=f"There are: {', '.join(known)}")
    return names
