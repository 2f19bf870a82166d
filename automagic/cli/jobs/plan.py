"""`automagic jobs plan`: what a job would do and cost, for the web server, which plans nothing by itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from automagic.cli.options import JsonOption, answer, print_json
from automagic.cli.products import find_printer
from automagic.errors import RequestError


def plan_command(
    files: Annotated[str, typer.Argument(metavar="FOLDER", help="Where the job's files lie under their names.")],
    as_json: JsonOption = False,  # noqa: ARG001 - there is no other way, but errors are written so as well
    script: Annotated[
        bool, typer.Option("--script", help="Print the words of a video, as --script reads them.")
    ] = False,
) -> None:
    """Print what a job would do: the document of --plan --json. The job comes by standard input."""
    from automagic.cli.running import run_shown
    from automagic.jobs.kinds import find_kind
    from automagic.products import find_operation
    from automagic.reading.json import parse_json

    job: dict[str, Any] = parse_json(sys.stdin.buffer.read(), name="the job")
    product, operation = find_operation(job["kind"])
    if not any(field.name == "plan" for field in fields(operation.request)):  # type: ignore[arg-type]  # a dataclass
        raise RequestError(f"{job['kind']} has no plan", hint="It costs nothing.")
    request = find_kind(job["kind"]).unpack(job["request"], Path(files), out=Path(files) / "out")
    if script:
        _print_script(request, product.labels)
        return
    result, progress = run_shown(
        product.name,
        lambda studio, listener: studio.run(replace(request, plan=True), listener=listener),  # type: ignore[type-var]
        planning=True,
        labels=product.labels,
        loudness="quiet",
    )
    answer(find_printer(product, operation).document(result, progress, plan=True), result.complaint)


def _print_script(request: Any, labels: Mapping[str, str]) -> None:
    from automagic.cli.running import run_shown
    from automagic.products.video.request import VideoRequest
    from automagic.products.video.words import as_file

    if not isinstance(request, VideoRequest):
        raise RequestError("only a video has a script")
    written, _ = run_shown(
        "script",
        lambda studio, listener: studio.write_script(request, listener=listener),
        labels=labels,
        loudness="quiet",
    )
    print_json({"script": as_file(written)})
