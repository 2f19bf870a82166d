"""Every setting, read once at the edge: defaults, then `.env` (and `.env.production`), then the environment.

    settings.video_crf         the package's own: the field's name, in capitals, is that in `.env`
    settings[KEY]              a provider's or destination's, by the `Setting` that it declares

Names that nobody declares are left alone, so a person's existing `.env` keeps working. All faults are reported
together.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from automagic.errors import ConfigurationError
from automagic.plugins import declared_settings
from automagic.reading.env_file import read_env_files
from automagic.reading.setting import (
    NotAllowed,
    Setting,
    integer,
    number,
    one_of,
    parse_amount,
    parse_colors,
    parse_hours,
    parse_names,
    parse_path,
    parse_program,
    parse_secret,
    parse_text,
    parse_time_of_day,
)
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from automagic.machine.container import Allowance

Value = TypeVar("Value")

CODECS = ("libx264", "libx265", "libsvtav1")
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


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

    automagic_env: str = _setting(
        parse_text, "production reads .env.production over .env; any such name does.", default=""
    )
    automagic_home: Path = _setting(
        parse_path, "Where the database, the artifacts and the models live.", computed=_default_home
    )
    max_concurrent_operations: int = _setting(
        integer(1, 64),
        "How much CPU-heavy work runs at once; from the cores by default.",
        computed=_default_operations,
    )
    max_memory_gb: float = _setting(
        number(0.5, 1024),
        "Work that would need more waits; half of the machine, or of the container, by default.",
        computed=_default_memory_gb,
    )
    database_url: Secret | None = _setting(
        parse_secret,
        "postgresql://user:password@host/name: the queue for many machines. SQLite by default.",
        default=None,
    )
    database_pool_size: int = _setting(
        integer(1, 256), "How many connections to that database one process keeps open.", default=5
    )
    artifacts_url: str = _setting(
        parse_text, "A folder or fsspec URL that these machines share for inputs and results of jobs.", default=""
    )
    max_disk_usage_gb: float = _setting(
        number(0.1, 1_000_000), "How much --cleanup leaves of artifacts and caches, in GB.", default=10.0
    )
    cleanup_after_days: float = _setting(
        number(0.1, 36500), "Days: --cleanup removes what was not used for this long.", default=7.0
    )
    daily_run_time: str = _setting(
        parse_time_of_day, "09:00 makes --scheduled make a video each day, of the next line of topics.txt.", default=""
    )
    video_codec: str = _setting(one_of(*CODECS), "Video encoder.", default="libx264")
    video_preset: str = _setting(
        one_of(*PRESETS), "Encoder preset; `fast` costs 2.6 times the CPU of `veryfast`.", default="veryfast"
    )
    video_crf: int = _setting(integer(0, 51), "Constant rate factor: lower is better and larger.", default=23)
    ffmpeg_binary: str = _setting(
        parse_program,
        "An ffmpeg of your own for the sound, as a path or a program's name. The packaged one by default.",
        default="",
    )
    log_level: str = _setting(
        one_of(*LOG_LEVELS),
        "What is written to logs/automagic.log; workers and schedulers show it too.",
        default="INFO",
    )
    log_format: str = _setting(one_of("text", "json"), "Lines for people, or one JSON document a line.", default="text")
    writer: str = _setting(
        parse_names,
        "Who writes, in order, such as openai,wikipedia,extract. By default those whose key is here.",
        default="",
    )
    illustrator: str = _setting(
        parse_names, "Who makes the pictures, in order, such as pexels,commons,cards. Cards by default.", default=""
    )
    narrator: str = _setting(parse_names, "Who speaks, in order, such as elevenlabs,kokoro.", default="")
    ranker: str = _setting(
        parse_names, "Who orders the moments of a recording, such as openai,anthropic; features by default.", default=""
    )
    transcriber: str = _setting(
        parse_names,
        "Who hears the words of a recording, in order, such as openai,whisper; whisper by default.",
        default="",
    )
    default_theme: str = _setting(
        parse_text, "Said where a command does not say --theme: a theme's name, or a folder.", default=""
    )
    default_voice: str = _setting(parse_text, "Said where a command does not say --voice.", default="")
    default_platform: str = _setting(
        parse_names, "Said where a command does not say --platform, such as shorts,youtube.", default=""
    )
    default_duration: float | None = _setting(
        number(5, 3600), "Said where a command does not say --duration, in seconds.", default=None
    )
    default_music: str = _setting(
        parse_text, "Said where a command does not say --music: auto, none or a file.", default=""
    )
    default_language: str = _setting(
        parse_text, "Said where a command does not say --language; of a video, not of clips.", default=""
    )
    of_plugins: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The settings that providers and destinations declare, by their names in `.env`; see `__getitem__`."""

    brand_name: str = _setting(parse_text, "Your name or channel, on the first and last card.", default="")
    brand_handle: str = _setting(parse_text, "Your handle, such as @yourname, on the last card.", default="")
    brand_colors: tuple[str, ...] = _setting(
        parse_colors, "Up to three colours that replace the ones derived from the title.", default=()
    )
    brand_font: str = _setting(parse_text, "A font family that replaces the theme's headline font.", default="")
    brand_logo: Path | None = _setting(parse_path, "A PNG or SVG file.", default=None)
    connection_pool_size: int = _setting(integer(1, 256), "How many network connections are open at once.", default=10)
    rate_limit_rpm: int = _setting(
        integer(1, 10_000_000), "Requests a minute to each vendor, in bursts of the pool's size.", default=60
    )
    retry_attempts: int = _setting(
        integer(1, 20), "How often a call is tried when the vendor is busy or cannot be reached.", default=4
    )
    breaker_threshold: int = _setting(
        integer(1, 1000), "After this many failed calls in a row a vendor is not called for a while.", default=5
    )
    breaker_recovery_s: float = _setting(
        number(0.01, 86400), "How long a failing vendor is not called, in seconds.", default=30.0
    )
    cache_ttl: float = _setting(
        number(0, 31_536_000), "How long answers of free services are kept, in seconds.", default=3600.0
    )
    cache_size: int = _setting(integer(1, 10_000_000), "How many of these answers are kept.", default=1000)
    redis_url: Secret | None = _setting(
        parse_secret,
        "A Redis server that shares these answers between machines; needs the `redis` package.",
        default=None,
    )
    redis_max_connections: int = _setting(
        integer(1, 10_000), "How many connections to that server are open at once.", default=50
    )
    cache_encryption_key: Secret | None = _setting(
        parse_secret, "What automagic.performance seals sensitive values with in Redis: a Fernet key.", default=None
    )
    performance_cache_ttl: float = _setting(
        number(0, 31_536_000), "How long automagic.performance keeps values, in seconds.", default=3600.0
    )
    performance_cache_max_size: int = _setting(
        integer(1, 10_000_000), "How many of these values each of its two tiers in memory holds.", default=10_000
    )
    performance_tuning: str = _setting(
        one_of("off", "on"), "Whether workers apply the rules of tuning.toml by themselves.", default="off"
    )
    performance_max_workers: int = _setting(
        integer(1, 256), "On how many threads it runs plain functions at once.", default=10
    )
    performance_memory_threshold: float = _setting(
        number(0.01, 1), "From this share of MAX_MEMORY_GB on it gives memory back.", default=0.8
    )
    max_queued_jobs: int = _setting(
        integer(1, 10_000_000), "How many jobs may wait before the HTTP API takes no more.", default=10_000
    )
    posts_per_day: int = _setting(
        integer(1, 500), "How many of the drafts that wait are published in a day, at each account.", default=10
    )
    archive_mbit: float = _setting(
        number(0, 100_000),
        "How fast the archive fetches recordings, in megabits a second; 0 for no limit.",
        default=0.0,
    )
    archive_hours: str = _setting(
        parse_hours, "When it fetches them, such as 01:00-06:00, by the station's time; always by default.", default=""
    )
    archive_disk_gb: float = _setting(
        number(0, 10_000_000), "How much room fetched recordings may take, in GB; 0 for no limit.", default=0.0
    )
    archive_free_gb: float = _setting(
        number(0, 1_000_000), "How much of the disk they leave free, in GB.", default=10.0
    )
    archive_media: str = _setting(
        one_of("all", "sound"), "Whether recordings are kept whole, or only their sound (15 MB an hour).", default="all"
    )
    monthly_budget_usd: Decimal | None = _setting(
        parse_amount, "No call is made that would cost more than this in one calendar month (UTC).", default=None
    )
    price_overrides: Path | None = _setting(
        parse_path, "A TOML file with prices of your own, in the form of data/prices.toml.", default=None
    )

    def __getitem__(self, setting: Setting[Value]) -> Value:
        """The value of a setting that a provider or destination declares."""
        value: Value = self.of_plugins.get(setting.name, setting.default)
        return value

    def items(self) -> Iterator[tuple[str, object]]:
        """The name and the value of every setting, in the order of `.env.example`."""
        for setting in known_settings():
            own = setting.name.lower()
            yield setting.name, getattr(self, own) if own in _OWN else self[setting]

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


_OWN = frozenset(one.name for one in fields(Settings)) - {"of_plugins"}


def known_settings() -> tuple[Setting[Any], ...]:
    """Every setting, in the order of `.env.example`: those of providers and destinations among the package's own."""
    known: list[Setting[Any]] = []
    for one in fields(Settings):
        if one.name not in _OWN:
            known += declared_settings()
            continue
        about, parse, computed = (one.metadata[name] for name in ("about", "parse", "computed"))
        known.append(Setting(one.name.upper(), about, parse, None if computed else one.default, computed))
    return tuple(known)


OLD_NAMES = {
    "API_RATE_LIMIT_PER_MINUTE": "RATE_LIMIT_RPM",
    "MAX_MEMORY_CACHE_ITEMS": "PERFORMANCE_CACHE_MAX_SIZE",
    "DATABASE_CONNECTION_POOL_SIZE": "DATABASE_POOL_SIZE",
}
"""Names that earlier systems used, and what they are called here: read where that is not set."""


def load_settings(*, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings from `.env` in `folder` (default: the working folder) and the environment, which wins.

    With AUTOMAGIC_ENV=production what stands in `.env.production` wins over `.env`.

    Raises:
        ConfigurationError: Naming every setting that is wrong, with its value and what is allowed.
    """
    surroundings = os.environ if environment is None else environment
    given = read_env_files(folder or Path.cwd(), surroundings)
    given.update(surroundings)
    for before, now in OLD_NAMES.items():
        if not (given.get(now) or "").strip():
            given[now] = given.get(before)
    values: dict[str, Any] = {}
    of_plugins: dict[str, Any] = {}
    faults: list[str] = []
    for setting in known_settings():
        name = setting.name
        text = given.get(name)
        if text is None or not text.strip():
            continue
        try:
            value = setting.parse(text.strip())
        except NotAllowed as fault:
            faults.append(f"{name if setting.is_secret else f'{name}={text!r}'}: must be {fault}")
            continue
        if name.lower() in _OWN:
            values[name.lower()] = value
        else:
            of_plugins[name] = value
    if faults:
        subject = "A setting is wrong" if len(faults) == 1 else f"{len(faults)} settings are wrong"
        raise ConfigurationError(f"{subject}: " + "; ".join(faults), hint="Correct them in .env or in the environment.")
    return Settings(**values, of_plugins=of_plugins)


def format_example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default."""
    lines = [
        "# AutoMagic's settings. Copy this file to .env and change what you need.",
        "# A variable of the same name in the environment wins over this file.",
        "",
    ]
    for setting in known_settings():
        text = "" if setting.computed or setting.default in (None, ()) else str(setting.default)
        lines += [f"# {setting.about}", f"# {setting.name}={text}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"
