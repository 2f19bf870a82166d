"""Every setting, read once at the edge: defaults, then `.env`, then the environment.

A setting's name in `.env` is its field's name in capitals. Names that are not listed here are left alone, so a
person's existing `.env` keeps working. All faults are reported together.
"""

from __future__ import annotations

import os
import re
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CODECS = ("libx264", "libx265", "libsvtav1")
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class _Fault(ValueError):
    """What is allowed instead."""


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise _Fault(f"a whole number from {low} to {high}")
        return value

    return parse


def _number(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:  # also false for "nan"
            raise _Fault(f"a number from {low:g} to {high:g}")
        return value

    return parse


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        for value in allowed:
            if text.lower() == value.lower():
                return value
        raise _Fault("one of " + ", ".join(allowed))

    return parse


def _text(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise _Fault("at most 200 printable characters")
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _optional_path(text: str) -> Path | None:
    return _path(text) if text else None


def _colors(text: str) -> tuple[str, ...]:
    values = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if len(values) > 3 or not all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in values):
        raise _Fault("up to three colours such as #1f6feb, separated by commas")
    return values


def _default_home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("automagic", appauthor=False))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _default_operations() -> int:
    return max(1, min(_cores(), 16))


def _default_memory_gb() -> float:
    import psutil

    return float(min(max(round(psutil.virtual_memory().total / 2**30 / 2, 1), 1.0), 64.0))


def _setting(
    parse: Callable[[str], Any], about: str, *, default: Any = MISSING, computed: Callable[[], Any] | None = None
) -> Any:
    """Declare one setting. `computed` gives a default that depends on the machine."""
    metadata = {"parse": parse, "about": about, "computed": computed is not None}
    if computed is not None:
        return field(default_factory=computed, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set. Sizes are in the unit that the name says."""

    automagic_home: Path = _setting(
        _path, "Where the database, the artifacts and the models live.", computed=_default_home
    )
    max_concurrent_operations: int = _setting(
        _integer(1, 64),
        "How much CPU-heavy work runs at once; from the cores by default.",
        computed=_default_operations,
    )
    max_memory_gb: float = _setting(
        _number(0.5, 1024), "Work that would need more waits; half the machine by default.", computed=_default_memory_gb
    )
    video_codec: str = _setting(_one_of(*CODECS), "Video encoder.", default="libx264")
    video_preset: str = _setting(
        _one_of(*PRESETS), "Encoder preset; `fast` costs 2.6 times the CPU of `veryfast`.", default="veryfast"
    )
    video_crf: int = _setting(_integer(0, 51), "Constant rate factor: lower is better and larger.", default=23)
    log_level: str = _setting(_one_of(*LOG_LEVELS), "What is written to the log.", default="WARNING")
    brand_name: str = _setting(_text, "Your name or channel, on the first and last card.", default="")
    brand_handle: str = _setting(_text, "Such as @yourname.", default="")
    brand_colors: tuple[str, ...] = _setting(
        _colors, "Up to three colours that replace the ones derived from the title.", default=()
    )
    brand_font: str = _setting(_text, "A font family that replaces the theme's headline font.", default="")
    brand_logo: Path | None = _setting(_optional_path, "A PNG or SVG file.", default=None)

    @property
    def home(self) -> Path:
        """The same as `automagic_home`, as an absolute path: programs are run in other folders than ours."""
        return self.automagic_home.absolute()

    @property
    def render_slots(self) -> int:
        """How many CPU-heavy pieces of work run at once: what was asked for, within cores and memory.

        A rendering thread needs about 0.3 GB at 1080x1920; 0.6 GB are for the voice and the interpreter.
        """
        by_memory = int((self.max_memory_gb - 0.6) / 0.3)
        return max(1, min(self.max_concurrent_operations, _cores(), by_memory))


def load_settings(*, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings from `.env` in `folder` (default: the working folder) and the environment, which wins.

    Raises:
        ConfigurationError: Naming every setting that is wrong, with its value and what is allowed.
    """
    env_file = (folder or Path.cwd()) / ".env"
    given: dict[str, str | None] = {}
    if env_file.is_file():
        from dotenv import dotenv_values

        try:
            given.update(dotenv_values(env_file, encoding="utf-8", interpolate=False))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{env_file.name} could not be read: {error}", hint="It must be a readable UTF-8 file."
            ) from error
    given.update(os.environ if environment is None else environment)
    values: dict[str, Any] = {}
    faults: list[str] = []
    for setting in fields(Settings):
        name = setting.name.upper()
        text = given.get(name)
        if text is None or not text.strip():
            continue
        try:
            values[setting.name] = setting.metadata["parse"](text.strip())
        except _Fault as fault:
            faults.append(f"{name}={text!r}: must be {fault}")
    if faults:
        subject = "A setting is wrong" if len(faults) == 1 else f"{len(faults)} settings are wrong"
        raise ConfigurationError(f"{subject}: " + "; ".join(faults), hint="Mend them in .env or in the environment.")
    return Settings(**values)


def format_example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default."""
    lines = [
        "# AutoMagic's settings. Copy this file to .env and change what you need.",
        "# A variable of the same name in the environment wins over this file.",
        "",
    ]
    for setting in fields(Settings):
        lines.append(f"# {setting.metadata['about']}")
        if setting.metadata["computed"]:
            lines.append(f"# {setting.name.upper()}=")
        else:
            default = setting.default
            text = "" if default is None or default == () else str(default)
            lines.append(f"# {setting.name.upper()}={text}")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"
