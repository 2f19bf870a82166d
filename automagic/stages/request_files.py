"""What requests share: flags and batch lines as values, and the files that they name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import RequestError
from automagic.providers.shared.provider import Kind
from automagic.providers.shared.registry import parse_chain
from automagic.reading.named_files import expand_home


def check_amount(amount: Decimal | None) -> None:
    """Refuse what is not an amount of US dollars.

    Raises:
        RequestError: It is negative or no number.
    """
    if amount is not None and not (amount.is_finite() and amount >= 0):
        raise RequestError(f"max-cost {amount} is not an amount of US dollars", hint="Write it like 0.50.")


def check_makers(request: object, *kinds: Kind) -> None:
    """Refuse a request that asks somebody for what they do not offer.

    Args:
        kinds: Its fields in which a person says who is asked, in order ("openai,extract"); None or "" for the default.

    Raises:
        RequestError: Naming who does.
    """
    for kind in kinds:
        if asked := getattr(request, kind):
            parse_chain(kind, asked, said_by=f"--{kind}")


def at(path: str, folder: Path) -> str:
    """A path as it was written, relative to a folder."""
    return str((folder / expand_home(path)).absolute())


def theme_at(theme: str, folder: Path) -> str:
    """The name of a shipped theme, or the path of a folder."""
    from automagic.media.design.themes import theme_names

    return theme if theme in theme_names() else at(theme, folder)


def pack_file(where: str, path: Path, files: dict[str, Path | bytes]) -> str:
    """Add a file to those of a request, under `where`; its name there.

    Raises:
        RequestError: There is no such file.
    """
    if not path.is_file():
        problem = "is not a file" if path.exists() else "does not exist"
        raise RequestError(f"{where}: {path.name} {problem}", hint="Check the name and the folder.")
    name = f"{where}/{path.name}"
    files[name] = path
    return name


def pack_theme(theme: str, files: dict[str, Path | bytes]) -> str:
    """Add a theme's own folder to the files of a request; its name there."""
    from automagic.media.design.themes import load_theme, theme_names

    if theme in theme_names():
        return theme
    load_theme(theme)
    folder = Path(theme)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            files[f"theme/{folder.name}/{path.relative_to(folder)}"] = path
    return f"theme/{folder.name}"


def as_path(kind: type, value: Any) -> Any:
    """For msgspec: a path in a kept request."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(f"{kind.__name__} in a kept request")
