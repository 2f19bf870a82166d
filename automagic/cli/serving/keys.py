"""`automagic keys`: who else may ask the HTTP API, and what."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import JsonOption, print_json
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.web.access.callers import KeyRing, NamedKey

app = typer.Typer(
    help="Keys for the HTTP API: who may ask beside the owner, and what.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, such as newsroom.")]


@app.command("add", help="Make a key; it is shown once.")
def add_key(
    name: NameArgument,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="SCOPE", help="read (by default), make, publish or admin; repeatable.")
    ] = None,
    days: Annotated[float | None, typer.Option(min=0.01, max=3650, metavar="N", help="It ends after so long.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key; it is shown once."""
    from automagic.web.access.callers import SCOPES

    scope = scope or ["read"]
    if unknown := next((one for one in scope if one not in SCOPES), None):
        raise RequestError(f"{unknown[:40]!r} is not a valid scope", hint=f"One of: {', '.join(SCOPES)}.")
    ring = _ring()
    given = ring.add(name, scope, days=days)
    made = next(one for one in ring.all() if one.name == name)
    if as_json:
        print_json(_tell(made) | {"key": given})
        return
    sys.stdout.write(f"{given}\n")
    sys.stderr.write(
        f"{name} may {', '.join(made.scopes)}. This key is not shown again; send it as Authorization: Bearer KEY.\n"
    )


@app.command("list", help="Show the keys; what was given to whom is not kept.")
def list_keys(as_json: JsonOption = False) -> None:
    """Show the keys."""
    keys = _ring().all()
    if as_json:
        print_json({"keys": [_tell(one) for one in keys]})
        return
    from automagic.cli.tables import draw_table

    if not keys:
        sys.stdout.write("There is no key beside the token in web.token.\n")
        return
    rows = [("Name", "Scopes", "Ends"), *((one.name, ", ".join(one.scopes), _end(one) or "never") for one in keys)]
    sys.stdout.write("\n".join(draw_table(rows, heading=True)) + "\n")


@app.command("remove", help="End a key at once.")
def remove_key(name: NameArgument, as_json: JsonOption = False) -> None:
    """End a key at once."""
    _ring().remove(name)
    if as_json:
        print_json({"removed": name})
    else:
        sys.stdout.write(f"The key {name} lets nobody in any more.\n")


def _ring() -> KeyRing:
    from automagic.machine.private_files import make_home
    from automagic.settings import load_settings
    from automagic.web.access.callers import KeyRing

    home = load_settings().home
    make_home(home)
    return KeyRing(home)


def _tell(one: NamedKey) -> dict[str, Any]:
    return {"name": one.name, "scopes": list(one.scopes), "until": _end(one) or None}


def _end(one: NamedKey) -> str:
    return datetime.fromtimestamp(one.until).astimezone().isoformat(timespec="minutes") if one.until else ""
