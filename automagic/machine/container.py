"""What the container that we may run in allows: memory and CPU by control groups, of version 1 and 2.

    /proc/self/cgroup        0::/user.slice/x                       4:memory:/docker/abc
    version 2                <root>/user.slice/x/memory.max         <root>/cpu.max
    version 1                <root>/memory/docker/abc/memory.limit_in_bytes

Inside a container the path may be the host's and not be there: then the group that is mounted at the root is ours. A
group is bound by its parents too, so the smallest limit on the way counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NO_LIMIT_BYTES = 1 << 60
"""Version 1 says "no limit" by the largest number of pages."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """None where there is no limit.

    Attributes:
        memory_bytes: The most that all processes of the group may hold.
        memory_used_bytes: What they hold, without file pages that the kernel would drop first.
        cores: How many cores' time they may use.
    """

    memory_bytes: int | None = None
    memory_used_bytes: int | None = None
    cores: float | None = None


def read_allowance(*, membership: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")) -> Allowance:
    """What this process is allowed; no limits where there are no control groups."""
    try:
        lines = membership.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return Allowance()
    memory: list[tuple[int, int]] = []  # limit, used
    cores: list[float] = []
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            for folder in _folders(root, path):
                memory += _memory(folder, "memory.max", "memory.current", "inactive_file")
                cores += _cores_of_version_2(folder)
        if "memory" in controllers.split(","):
            for folder in _folders(root / "memory", path):
                memory += _memory(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        if "cpu" in controllers.split(","):
            for name in ("cpu", controllers):
                for folder in _folders(root / name, path):
                    cores += _cores_of_version_1(folder)
    limit, used = min(memory, default=(None, None))
    return Allowance(limit, used, min(cores, default=None))


def _folders(root: Path, path: str) -> Iterator[Path]:
    """The group's folder and those of its parents, as far as they are there."""
    folder = root / path.strip("/")
    while True:
        if folder.is_dir():
            yield folder
        if folder == root:
            return
        folder = folder.parent


def _memory(folder: Path, limit: str, used: str, droppable: str) -> list[tuple[int, int]]:
    most = _number(folder / limit)
    held = _number(folder / used)
    if most is None or most >= _NO_LIMIT_BYTES or held is None:
        return []
    return [(most, max(held - _entry(folder / "memory.stat", droppable), 0))]


def _cores_of_version_2(folder: Path) -> list[float]:
    quota, _, period = _text(folder / "cpu.max").partition(" ")
    return [int(quota) / int(period)] if quota.isdigit() and period.isdigit() else []


def _cores_of_version_1(folder: Path) -> list[float]:
    quota, period = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
    return [quota / period] if quota is not None and period and quota > 0 else []


def _entry(path: Path, name: str) -> int:
    for line in _text(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.removeprefix("-").isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
