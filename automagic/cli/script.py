"""`automagic script`: the words first, as a file that is edited and given back with `--script`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from automagic.cli.options import QuietOption, VerboseOption, choose_loudness
from automagic.errors import RequestError


def script_command(  # noqa: PLR0913 - each parameter is a flag
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="Markdown, text or HTML to make it from.")],
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="What the text is, such as how-to; what it looks like, else.")
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Of the text and the voice.")] = None,
    duration: Annotated[float | None, typer.Option(metavar="S", help="About how long, in seconds.")] = None,
    writer: Annotated[str | None, typer.Option(metavar="A,B", help="Who writes, in order.")] = None,
    max_cost: Annotated[
        str | None, typer.Option(metavar="USD", help="Stop before a call that would cost more.")
    ] = None,
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="A new file; standard output, else.")] = "",
    *,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write the script of a text, to be edited and given back.

    It holds what is said and what each card shows; `automagic --script FILE` makes a video of it.
    """
    from automagic.cli.running import run_shown
    from automagic.products import find_product
    from automagic.products.video.request import VideoRequest
    from automagic.products.video.words import as_file
    from automagic.settings import load_settings
    from automagic.stages.defaults import add_defaults
    from automagic.stages.requests import read_request

    loudness = choose_loudness(verbose=verbose, quiet=quiet)
    target = Path(out).expanduser() if out else None
    if target is not None:
        _refuse_existing(target)
    asked = {"source": source, "kind": kind, "language": language, "duration": duration}
    asked |= {"writer": writer, "max_cost": max_cost}
    values = add_defaults(VideoRequest, asked, load_settings())
    request = read_request(VideoRequest, values, folder=Path(), at_once=True)
    script, _ = run_shown(
        "script",
        lambda studio, listener: studio.write_script(request, listener=listener),
        labels=find_product("video").labels,
        loudness=loudness,
    )
    text = as_file(script)
    if target is None:
        sys.stdout.write(text)
        return
    _write(target, text)
    print(target)  # noqa: T201 - the result


def _refuse_existing(target: Path) -> None:
    """What a person has edited is not written over."""
    if target.exists():
        raise RequestError(f"{target} is there already", hint="Choose another file with -o, or remove it.")


def _write(target: Path, text: str) -> None:
    """Complete or not at all."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_text(text, "utf-8")
        _refuse_existing(target)
        partial.rename(target)
    except OSError as error:
        raise RequestError(
            f"{target} cannot be written: {error.strerror}", hint="Choose another file with -o."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
