"""`automagic serve`: the studio over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from automagic.errors import ConfigurationError, RequestError


def serve_command(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond loopback with a token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="The port.")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name under which it is reached; repeatable.")
    ] = None,
    token: Annotated[bool, typer.Option("--token", help="Ask for the token on loopback as well.")] = False,
    allow_paths: Annotated[
        list[str] | None, typer.Option(metavar="FOLDER", help="Let clients name files in here; repeatable.")
    ] = None,
    work: Annotated[bool, typer.Option("--work", help="Start a worker beside it.")] = False,
) -> None:
    """Serve the HTTP API, until Ctrl-C or SIGTERM."""
    from automagic.settings import load_settings

    try:
        from automagic.web.serve import ServedPlace, serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "starlette":
            raise
        raise ConfigurationError(
            "the web server is not installed", hint="Install it: pip install 'automagic[web]'."
        ) from error
    folders = [Path(folder).absolute() for folder in allow_paths or ()]
    if missing := next((folder for folder in folders if not folder.is_dir()), None):
        raise RequestError(f"there is no folder {missing}", hint="--allow-paths names folders that are there.")
    place = ServedPlace(host, port, tuple(allow_host or ()), token, [str(folder) for folder in folders])
    serve(place, load_settings(), work=work, tell=lambda line: print(line, file=sys.stderr))  # noqa: T201
