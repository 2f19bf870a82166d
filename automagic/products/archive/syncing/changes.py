"""What of a source has changed since it was looked at last, decided from lists alone.

pages ─▶ compare with what is known ─▶ new, changed, returned        written as they come
                 all pages read ─────▶ missing ─▶ gone               only with evidence, see `judge_missing`
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from automagic.store.catalogue import Change, Known
from automagic.values.station import StationItem, is_same_recording, without_tickets

DAY_S = 24 * 3600.0

MOST_MISSING_SHARE, MOST_MISSING = 0.02, 5
"""Where more are missing at once, the source is broken rather than emptied: nothing is marked."""


@dataclass
class Comparison:
    """What is found while pages come in.

    Attributes:
        known: Of the source, by name.
        seen: Names that were listed.
        repeated: Names that were listed twice.
    """

    known: Mapping[str, Known]
    seen: set[str] = field(default_factory=set)
    repeated: int = 0
    new: int = 0
    changed: int = 0
    returned: int = 0

    def differing(self, page: Iterable[StationItem]) -> list[StationItem]:
        """Those of a page that have to be written."""
        found = []
        for item in page:
            if item.remote_id in self.seen:
                self.repeated += 1
                continue
            self.seen.add(item.remote_id)
            before = self.known.get(item.remote_id)
            if before is None or before.fingerprint != item.fingerprint or before.gone or before.missing_since:
                found.append(item)
        return found

    def to_changes(self, items: Iterable[StationItem], before: Mapping[str, StationItem]) -> list[Change]:
        """What is written of them.

        Args:
            before: Those that are known, as they were listed last.
        """
        changes = []
        for item in items:
            known = self.known.get(item.remote_id)
            if known is None:
                self.new += 1
                changes.append(Change(item, 1))
                continue
            returned = known.gone or known.missing_since is not None
            self.returned += returned
            self.changed += known.fingerprint != item.fingerprint
            earlier = before[item.remote_id]
            if not is_same_recording(earlier, item):
                changes.append(Change(item, known.generation + 1, returned))
                continue
            other_media = bool(item.url) and _file_of(earlier) != _file_of(item)
            changes.append(
                Change(item, known.generation, returned, other_media, other_captions=earlier.captions != item.captions)
            )
        return changes

    @property
    def missing(self) -> list[str]:
        """Names that are known and were not listed, those that are gone already aside."""
        return sorted(name for name, one in self.known.items() if name not in self.seen and not one.gone)


def _file_of(item: StationItem) -> tuple[object, ...]:
    """What tells that a source serves another file than before."""
    return without_tickets(item.url), item.file_name, item.size_bytes, item.sha1


@dataclass(frozen=True, slots=True)
class Missing:
    """What follows from missing recordings.

    Attributes:
        noted: Now missing for the first time, or still.
        asked: Missing for long enough that the source is asked for each: 404 makes it gone.
        broken: Why nothing is marked; "" where things are.
    """

    noted: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    broken: str = ""


def judge_missing(comparison: Comparison, *, now: float, count: int | None) -> Missing:
    """What to do about recordings that a whole list does not have.

    Args:
        now: Seconds since 1970, by the clock that `missing_since` was written by.
        count: How many the source says it has.
    """
    missing = comparison.missing
    if count is not None and count != len(comparison.seen):
        listed = len(comparison.seen)
        return Missing(broken=f"it says that it has {count:,} recordings, and lists {listed:,}")
    if not missing:
        return Missing()
    there = sum(not one.gone for one in comparison.known.values())
    first = [name for name in missing if comparison.known[name].missing_since is None]
    if len(first) > max(MOST_MISSING, MOST_MISSING_SHARE * there):
        return Missing(broken=f"{len(first):,} of {there:,} recordings are missing at once")
    long = [name for name in missing if now - (comparison.known[name].missing_since or now) >= DAY_S]
    return Missing(tuple(first), tuple(long))
