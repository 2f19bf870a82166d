"""Every setting, read once at the edge: defaults, then `.env`, then the environment.

A setting's name in `.env` is its field's name in capitals. Names that are not listed here are left alone, so a
person's existing `.env` keeps working. All faults are reported together.
"""

from __future__ import annotations

import hmac
import math
import os
import re
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from automagic.errors import ConfigurationError
from automagic.reading.env_file import read_env
from automagic.reading.named_files import expand_home

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from automagic.machine.container import Allowance

CODECS = ("libx264", "libx265", "libsvtav1")
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class _Fault(ValueError):
    """What is allowed instead."""


class Secret:
    """A value that never shows itself: printing, formatting and encoding give "***" or fail.

    It is revealed only where a header is built.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __format__(self, _spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


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


def _secret(text: str) -> Secret:
    if len(text) > 4000 or not text.isascii() or not text.isprintable() or " " in text:
        raise _Fault("printable ASCII characters without spaces")
    return Secret(text)


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise _Fault("an amount in US dollars such as 12.50")
    return value


def _time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise _Fault("a time of day such as 09:00")
    return text


def _names(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_, -]{1,200}", text):
        raise _Fault("names separated by commas")
    return text


def _url(text: str) -> str:
    if len(text) > 500 or not re.fullmatch(r"https?://[^\s@/?#]+(/[^\s?#]*)?", text):
        raise _Fault("an address such as https://example.com/v1, without a user or a query")
    return text.rstrip("/")


def _program(text: str) -> str:
    import shutil

    found = shutil.which(expand_home(text))
    if found is None:
        raise _Fault("the path or the name of a program that can be run")
    return str(Path(found).absolute())


def _path(text: str) -> Path:
    return expand_home(text)


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


@cache
def _allowance() -> Allowance:
    from automagic.machine.container import read_allowance

    return read_allowance()


def _cores() -> int:
    """Those that this process may use, within the container's share."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, math.ceil(_allowance().cores or cores)))


def _default_operations() -> int:
    return max(1, min(_cores(), 16))


def _default_memory_gb() -> float:
    import psutil

    total = psutil.virtual_memory().total
    return float(min(max(round(min(total, _allowance().memory_bytes or total) / 2**30 / 2, 1), 1.0), 64.0))


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
        _number(0.5, 1024),
        "Work that would need more waits; half of the machine, or of the container, by default.",
        computed=_default_memory_gb,
    )
    database_url: Secret | None = _setting(
        _secret, "postgresql://user:password@host/name: the queue for many machines. SQLite by default.", default=None
    )
    artifacts_url: str = _setting(
        _text, "A folder or fsspec URL that these machines share for inputs and results of jobs.", default=""
    )
    max_disk_usage_gb: float = _setting(
        _number(0.1, 1_000_000), "What --cleanup leaves of artifacts and caches, in GB.", default=10.0
    )
    cleanup_after_days: float = _setting(
        _number(0.1, 36500), "What has rested so long goes with --cleanup.", default=7.0
    )
    daily_run_time: str = _setting(
        _time_of_day, "09:00 makes --scheduled make a video each day, of the next line of topics.txt.", default=""
    )
    video_codec: str = _setting(_one_of(*CODECS), "Video encoder.", default="libx264")
    video_preset: str = _setting(
        _one_of(*PRESETS), "Encoder preset; `fast` costs 2.6 times the CPU of `veryfast`.", default="veryfast"
    )
    video_crf: int = _setting(_integer(0, 51), "Constant rate factor: lower is better and larger.", default=23)
    ffmpeg_binary: str = _setting(
        _program,
        "An ffmpeg of your own for the sound, as a path or a program's name. The packaged one by default.",
        default="",
    )
    log_level: str = _setting(
        _one_of(*LOG_LEVELS),
        "What is written to logs/automagic.log; workers and schedulers show it too.",
        default="INFO",
    )
    log_format: str = _setting(_one_of("text", "json"), "How: for people, or one JSON document a line.", default="text")
    writer: str = _setting(
        _names,
        "Who writes, in order, such as openai,wikipedia,extract. By default those whose key is here.",
        default="",
    )
    illustrator: str = _setting(
        _names, "Who makes the pictures, in order, such as pexels,commons,cards. Cards by default.", default=""
    )
    narrator: str = _setting(_names, "Who speaks, in order, such as elevenlabs,kokoro.", default="")
    ranker: str = _setting(
        _names, "Who orders the moments of a recording, such as openai,anthropic; features by default.", default=""
    )
    transcriber: str = _setting(
        _names, "Who hears the words of a recording, in order, such as openai,whisper; whisper by default.", default=""
    )
    openai_api_key: Secret | None = _setting(_secret, "OpenAI, or the server below.", default=None)
    openai_base_url: str = _setting(
        _url, "A compatible server with its version, such as http://127.0.0.1:11434/v1 (Ollama).", default=""
    )
    openai_text_model: str = _setting(_text, "Writes scripts, orders moments.", default="gpt-5.4-mini")
    openai_image_model: str = _setting(_text, "Draws pictures.", default="gpt-image-2")
    openai_image_quality: str = _setting(_one_of("low", "medium", "high"), "Of drawn pictures.", default="medium")
    openai_speech_model: str = _setting(_text, "Speaks.", default="gpt-4o-mini-tts")
    openai_transcription_model: str = _setting(_text, "Hears; it must give the times of words.", default="whisper-1")
    anthropic_api_key: Secret | None = _setting(_secret, "Anthropic.", default=None)
    anthropic_base_url: str = _setting(_url, "Another server that speaks its protocol.", default="")
    anthropic_text_model: str = _setting(_text, "Writes scripts, orders moments.", default="claude-haiku-5-5")
    gemini_api_key: Secret | None = _setting(_secret, "Google Gemini.", default=None)
    gemini_base_url: str = _setting(_url, "Another server that speaks its protocol.", default="")
    gemini_text_model: str = _setting(_text, "Writes scripts, orders moments.", default="gemini-3.5-flash-lite")
    gemini_image_model: str = _setting(_text, "Draws pictures.", default="gemini-nano-banana-2.1")
    elevenlabs_api_key: Secret | None = _setting(_secret, "ElevenLabs.", default=None)
    elevenlabs_base_url: str = _setting(_url, "Another server that speaks its protocol.", default="")
    elevenlabs_model: str = _setting(_text, "Speaks.", default="eleven_multilingual_v2")
    pexels_api_key: Secret | None = _setting(_secret, "Pexels.", default=None)
    pexels_base_url: str = _setting(_url, "Another server that speaks its protocol.", default="")
    wikipedia_base_url: str = _setting(
        _url, "Another wiki; {language} stands for the tag, as in https://{language}.wikipedia.org.", default=""
    )
    commons_base_url: str = _setting(_url, "Another server in place of Wikimedia Commons.", default="")
    openverse_base_url: str = _setting(_url, "Another server in place of Openverse.", default="")
    youtube_client_id: str = _setting(_text, "Of your own Google Cloud project, for --publish youtube.", default="")
    youtube_client_secret: Secret | None = _setting(_secret, "Of the same.", default=None)
    youtube_client_secrets: Path | None = _setting(
        _optional_path, "The file that Google offers with both, in their place.", default=None
    )
    webhook_secret: Secret | None = _setting(
        _secret, "Signs what is sent to --publish webhook:URL (Standard Webhooks).", default=None
    )
    contact: str = _setting(
        _text, "A mail or web address of yours, which Wikimedia asks for in each request.", default=""
    )
    brand_name: str = _setting(_text, "Your name or channel, on the first and last card.", default="")
    brand_handle: str = _setting(_text, "Such as @yourname.", default="")
    brand_colors: tuple[str, ...] = _setting(
        _colors, "Up to three colours that replace the ones derived from the title.", default=()
    )
    brand_font: str = _setting(_text, "A font family that replaces the theme's headline font.", default="")
    brand_logo: Path | None = _setting(_optional_path, "A PNG or SVG file.", default=None)
    connection_pool_size: int = _setting(_integer(1, 256), "How many network connections are open at once.", default=10)
    rate_limit_rpm: int = _setting(
        _integer(1, 10_000_000), "Requests a minute to each vendor, in bursts of the pool's size.", default=60
    )
    retry_attempts: int = _setting(
        _integer(1, 20), "How often a call is tried when the vendor is busy or cannot be reached.", default=4
    )
    breaker_threshold: int = _setting(
        _integer(1, 1000), "After so many failed calls in a row a vendor is left alone for a while.", default=5
    )
    breaker_recovery_s: float = _setting(
        _number(0.01, 86400), "How long a failing vendor is left alone, in seconds.", default=30.0
    )
    cache_ttl: float = _setting(
        _number(0, 31_536_000), "How long answers of free services are kept, in seconds.", default=3600.0
    )
    cache_size: int = _setting(_integer(1, 10_000_000), "How many of them are kept.", default=1000)
    redis_url: Secret | None = _setting(
        _secret, "A Redis server that shares these answers between machines; needs the `redis` package.", default=None
    )
    monthly_budget_usd: Decimal | None = _setting(
        _amount, "No call is made that would cost more than this in one calendar month (UTC).", default=None
    )
    price_overrides: Path | None = _setting(
        _optional_path, "A TOML file with prices of your own, in the form of data/prices.toml.", default=None
    )

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
    given = read_env((folder or Path.cwd()) / ".env")
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
            shown = name if setting.metadata["parse"] is _secret else f"{name}={text!r}"
            faults.append(f"{shown}: must be {fault}")
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
