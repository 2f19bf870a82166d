"""`automagic backup FILE` and `automagic restore FILE`: a home as one file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import JsonOption, print_json
from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from automagic.settings import Settings

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A tar archive.")]


def backup_command(
    file: FileArgument,
    artifacts: Annotated[bool, typer.Option("--artifacts", help="Also what could be made again.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Also finished videos and clips.")] = False,
    media: Annotated[bool, typer.Option("--media", help="Also the recordings of stations.")] = False,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Also .env, certificates and the permission to publish.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Save AUTOMAGIC_HOME in one file: the database, the queue, bought answers."""
    from automagic.backup.save import BackupScope, save_home
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.queue import JobQueue
    from automagic.reading.env_file import env_files
    from automagic.reading.named_files import expand_home
    from automagic.store.blobs import open_blob_store

    settings = _settings_of_a_file("pg_dump")
    target = expand_home(file).absolute()
    saved = save_home(
        settings.home,
        target,
        BackupScope(
            artifacts=artifacts, results=results, media=media, secrets=secrets, env=env_files(Path.cwd(), os.environ)
        ),
        needed=lambda home: JobQueue(QueueLocation(home)).needed_files(),
        shared=open_blob_store(settings.artifacts_url) if settings.artifacts_url else None,
    )
    if as_json:
        print_json({"file": str(target), **_document(saved)})
        return
    print(f"{file}: {_extent(saved.files, saved.size_bytes)}")  # noqa: T201 - the result
    print(  # noqa: T201
        f"{saved.answers} bought answers, {saved.artifacts - saved.answers} other artifacts, {saved.results} results"
    )
    if saved.media:
        print(f"{saved.media} recordings of stations")  # noqa: T201
    if saved.media_left:
        print(  # noqa: T201
            f"without {saved.media_left} recordings of stations ({saved.media_left_bytes / 1e9:.1f} GB), which a sync "
            "of the restored home fetches again; --media saves them as well"
        )
    if saved.missing:
        print(f"{saved.missing} files that it should hold are lost or damaged in the store")  # noqa: T201
    for path in saved.left_out:
        print(f"left out, as it is a link or changed meanwhile: {path}")  # noqa: T201
    if secrets:
        print("It holds secrets: keep it where nobody else can read it.")  # noqa: T201


def restore_command(file: FileArgument, as_json: JsonOption = False) -> None:
    """Make a new AUTOMAGIC_HOME of a backup."""
    from automagic.backup.restore import restore_home
    from automagic.reading.named_files import expand_home

    settings = _settings_of_a_file("pg_restore")
    restored = restore_home(expand_home(file), settings.home)
    if as_json:
        document = _document(restored)
        print_json({"home": str(settings.home), **document, "env": str(restored.env) if restored.env else None})
        return
    when = f"{datetime.fromtimestamp(restored.made_at):%Y-%m-%d %H:%M}"  # noqa: DTZ006 - local
    print(  # noqa: T201 - the result
        f"{settings.home}: {_extent(restored.files, restored.size_bytes)}, saved {when} by AutoMagic {restored.version}"
    )
    if restored.env:
        print(f"Your settings are in {restored.env}: move it to .env in the folder that you work in.")  # noqa: T201
    if restored.media_lost:
        print(  # noqa: T201
            f"{restored.media_lost} recordings of stations are not in it, or not any more: automagic archive sync"
        )
    print("Models are not in a backup: automagic models install")  # noqa: T201


def _settings_of_a_file(tool: str) -> Settings:
    """The settings, where they name a database that is a file.

    Raises:
        ConfigurationError: They name a server.
    """
    from automagic.database.address import describe_server
    from automagic.settings import load_settings

    settings = load_settings()
    if settings.database_url:
        server = describe_server(settings.database_url.reveal())
        raise ConfigurationError(
            f"the database is not a file but {server}",
            hint=f"Use {tool} for it, which takes the jobs along, and copy AUTOMAGIC_HOME/artifacts or ARTIFACTS_URL.",
        )
    return settings


def _extent(files: int, size_bytes: int) -> str:
    """ "1 file, 0.3 MB"."""
    return f"{files} file{'' if files == 1 else 's'}, {size_bytes / 1e6:.1f} MB"


def _document(value: object) -> dict[str, Any]:
    import msgspec

    document: dict[str, Any] = msgspec.to_builtins(value)
    return document
