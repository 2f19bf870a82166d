"""What a reader finds in one export, and the small values that all readers read in the same way."""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from automagic.errors import RequestError
from automagic.values.post import Post

MAX_CHARACTERS = 100_000
"""Of one post. X has 25,000; what is longer was not parted into posts."""
MAX_ID_CHARACTERS = 300
_NAMED = 3
"""So many broken records are named, and the others counted."""

_X_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_NO_LANGUAGES = frozenset({"und", "zxx", "mul", "mis", "qam", "qct", "qht", "qme", "qst", "in-reply"})
"""Codes for "unknown", and X's own for posts of nothing but tags, links, mentions or media."""
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_COUNTED = 2**53


@dataclass(slots=True)
class Export:
    """What was read from one file or archive.

    Attributes:
        name: The file's, for people.
        accounts: Whose posts these are, such as "x:jane"; empty where the file does not say.
        posts: Of every kind, in the order of the file.
        left_out: What is no post of the author's, or has no words, and how often: "not public": 3.
        broken: What is wrong with each record that could not be read; they are left out.
    """

    name: str
    accounts: set[str] = field(default_factory=set)
    posts: list[Post] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    broken: list[RequestError] = field(default_factory=list)

    @contextlib.contextmanager
    def record(self) -> Iterator[None]:
        """Read one record: a broken one is noted and left out, and the others are read."""
        try:
            yield
        except RequestError as error:
            self.broken.append(error)

    def settle(self, *, more: bool = False) -> None:
        """All of it is read: count what was broken.

        Args:
            more: It is what came to others that were good: a single broken one does not speak against it.

        Raises:
            RequestError: As much of it was broken as could be read, or more: it is no such file, or was damaged.
        """
        good = len(self.posts) + self.left_out.total()
        if not self.broken:
            return
        first = self.broken[0]
        if len(self.broken) >= good and not more:
            of = f" ({len(self.broken):,} of {len(self.broken) + good:,} records are broken)"
            raise RequestError(f"{first.message}{of if good or len(self.broken) > 1 else ''}", hint=first.hint)
        self.left_out["broken"] += len(self.broken)

    @property
    def notice(self) -> str:
        """Which records were broken, for people; "" for none."""
        if not self.broken:
            return ""
        what = "1 record is" if len(self.broken) == 1 else f"{len(self.broken):,} records are"
        named = "; ".join(one.message.removeprefix(f"{self.name}, ").removesuffix(".") for one in self.broken[:_NAMED])
        more = "; …" if len(self.broken) > _NAMED else ""
        return f"{self.name}: {what} broken and left out: {named}{more}."

    def add_account(self, network: str, name: str) -> None:
        """Note whose posts these are; "" says nothing."""
        if name:
            self.accounts.add(f"{network}:{shown(name)[:MAX_ID_CHARACTERS]}")

    def add(self, text: str, *, id: str, where: str, **facts: Any) -> None:
        """Keep a post; one without words is left out.

        Args:
            text: As it was read; it is cleaned here.
            id: "" where it has none; one that cannot be shown is none.
            where: For errors: "line 3".
            facts: The other fields of `Post`.

        Raises:
            RequestError: It is too long for a post, or its id is.
        """
        text = clean(text)
        id = id if id.isprintable() else ""
        if len(text) > MAX_CHARACTERS:
            raise RequestError(
                f"{self.name}, {where}: {len(text):,} characters are too many for one post",
                hint="Part the posts: in a text file by empty lines, in a table by rows.",
            )
        if len(id) > MAX_ID_CHARACTERS:
            raise RequestError(
                f"{self.name}, {where}: an id of {len(id)} characters is not a valid id",
                hint="Is its column the right one? Without ids, posts are known by their text.",
            )
        if (when := facts.get("created_at")) is not None and not is_possible(when):
            facts["created_at"] = None
            self.left_out["impossible dates"] += 1
        if text:
            self.posts.append(Post(id or digest_post(text, facts.get("created_at")), text, **facts))
        else:
            self.left_out["without words"] += 1


def clean(text: str) -> str:
    """Composed (NFC), with "\\n" line breaks, without control characters and white space at its ends."""
    text = _LINE_BREAKS.sub("\n", text).replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()


def shown(text: str) -> str:
    """A name out of a file, in characters that do nothing to a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def digest_post(text: str, created_at: datetime | None) -> str:
    """An id for a post that has none: the same for the same text at the same time."""
    when = created_at.isoformat() if created_at else ""
    return "sha256:" + hashlib.sha256(f"{when}\n{text}".encode()).hexdigest()[:32]


def read_time(value: object, where: str) -> datetime | None:
    """When a post was published, in UTC: ISO 8601, as X and as mail write it, or seconds or milliseconds since 1970.

    A time without a zone is taken for UTC.

    Args:
        where: For errors: "posts.csv, line 3".

    Raises:
        RequestError: It is no time.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and (found := _X_DATE.fullmatch(value.strip())):
            return _read_x_date(found)
        if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\d{9,13}", value.strip())):
            seconds = float(value)
            return _EPOCH + timedelta(seconds=seconds / 1000 if abs(seconds) > 1e11 else seconds)
        if isinstance(value, str):
            text = value.strip()
            read = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
            return (read.replace(tzinfo=UTC) if read.tzinfo is None else read).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        pass  # what it was is said below
    raise RequestError(
        f"{where}: {str(value)[:60]!r} is not a valid time",
        hint="Write it like 2027-01-31T18:00:00Z, or leave it out.",
    )


def _read_x_date(found: re.Match[str]) -> datetime:
    month, day, hour, minute, second, sign, zone_hours, zone_minutes, year = found.groups()
    numbers = [int(year), _MONTHS.index(month) + 1, *map(int, (day, hour, minute, second))]
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    return datetime(*numbers, tzinfo=UTC) - (offset if sign == "+" else -offset)  # type: ignore[misc,arg-type]


def is_possible(when: datetime) -> bool:
    """Whether a post can be of that time: not of tomorrow, nor of the first day of 1970, which a lost date becomes."""
    return when < datetime.now(UTC) + timedelta(days=1) and not _EPOCH <= when < _EPOCH + timedelta(days=1)


def read_count(value: object) -> int | None:
    """How often a post was liked and the like; None for what is no exact number, such as "1.2K"."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,15}", value.strip()):
        value = int(value.replace(",", ""))
    if isinstance(value, dict):  # a collection of ActivityPub
        value = value.get("totalItems")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_COUNTED
    return value if good else None  # type: ignore[return-value]  # it is an integer


def read_language_tag(value: object) -> str:
    """A BCP-47 tag; "" for what is none, or says that nobody knows."""
    if isinstance(value, str) and _LANGUAGE.fullmatch(value) and value.lower() not in _NO_LANGUAGES:
        return value
    return ""
