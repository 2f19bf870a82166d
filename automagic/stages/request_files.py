"""What requests share: their checks, and the files that they name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from automagic.data import shipped
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.media.design.platforms import CaptionPlace
    from automagic.providers.shared.provider import Kind


def check_amount(amount: Decimal | None) -> None:
    """Refuse what is not an amount of US dollars.

    Raises:
        RequestError: It is negative or no number.
    """
    if amount is not None and not (amount.is_finite() and amount >= 0):
        raise RequestError(f"max-cost {amount} is not a valid amount of US dollars", hint="Write it like 0.50.")


def check_makers(request: object, *kinds: Kind) -> None:
    """Refuse a request that asks somebody for what they do not offer.

    Args:
        kinds: Its fields in which a person says who is asked, in order ("openai,extract"); None or "" for the default.

    Raises:
        RequestError: Naming who does.
    """
    from automagic.providers.shared.registry import parse_chain

    for kind in kinds:
        if asked := getattr(request, kind):
            parse_chain(kind, asked, said_by=f"--{kind}")


def is_shipped_theme(theme: str) -> bool:
    """Whether it is the name of a theme that comes with the program, and not a folder."""
    return Path(theme).name == theme and (shipped("themes") / theme / "theme.toml").is_file()


NO_MUSIC_FILE = frozenset({"auto", "none"})
"""What is said of music without naming a file of it."""


MotionAsked = Literal["lively", "calm", "none"]
"""How lively pictures move, instead of how the theme has it."""

CaptionsAsked = Literal["bottom", "top", "centre", "center", "off"]
"""What a person may say of burnt-in captions."""

CardCaptionsAsked = Literal["auto", "bottom", "top", "centre", "center", "off"]
"""The same where there may be cards: "auto" for captions on all but those that show the words by themselves."""


def caption_place(asked: CardCaptionsAsked) -> CaptionPlace:
    """Where captions stand."""
    return "centre" if asked == "center" else asked


def offer_themes() -> tuple[str, ...]:
    """For a shell: the themes that come with the program."""
    from automagic.media.design.theme_files import theme_names

    return theme_names()


def offer_platforms() -> tuple[str, ...]:
    """For a shell: every platform."""
    from automagic.media.design.platforms import load_platforms

    return tuple(load_platforms())


def offer_voices() -> tuple[str, ...]:
    """For a shell: the voices of this machine, and who speaks with them."""
    from automagic.settings import load_settings
    from automagic.stages.voices import embedded_narrators

    infos = tuple(embedded_narrators(load_settings()))
    return (*(voice.name for info in infos for voice in info.voices), *(info.name for info in infos))


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


def pack_folder(where: str, folder: Path, files: dict[str, Path | bytes]) -> str:
    """Add a folder to the files of a request, under `where`; its name there. Hidden files stay behind."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            files[f"{where}/{folder.name}/{path.relative_to(folder)}"] = path
    return f"{where}/{folder.name}"


def check_theme(theme: str) -> None:
    """Refuse what is not a theme.

    Raises:
        RequestError, ConfigurationError: There is none, or its description is wrong.
    """
    if not is_shipped_theme(theme):
        from automagic.media.design.theme_files import load_theme

        load_theme(theme)
