"""What `make check` asks of the code beyond format, lint and types.

arrows   each room of the package imports only what it may, nothing in circles (see arrows.py)
doors    what a person names, TOML and JSON are read through one door each (see doors.py)
classes  a public class name means one thing in the whole package (see class_names.py)
steps    a step whose code changed has a new version, or the change is declared neutral
example  .env.example says what the settings say

python scripts/check_project.py                   check
python scripts/check_project.py --accept          declare every changed step neutral and write the lock anew
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import arrows
import class_names
import doors
from step_fingerprints import Project

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "automagic"
LOCK = ROOT / "tests" / "steps.lock.json"


def check_arrows() -> Iterator[str]:
    """Each import that runs against the arrows, each circle of files, each folder that is too full."""
    yield from arrows.find_faults(PACKAGE)


def check_doors() -> Iterator[str]:
    """Each read of a file, of TOML or of JSON that goes by no door."""
    paths = sorted(PACKAGE.rglob("*.py"))
    trees = {arrows.module_name(path, PACKAGE): ast.parse(path.read_text("utf-8")) for path in paths}
    yield from doors.find_faults(trees)


def check_classes() -> Iterator[str]:
    """Each public class name that two modules define."""
    paths = sorted(PACKAGE.rglob("*.py"))
    trees = {arrows.module_name(path, PACKAGE): ast.parse(path.read_text("utf-8")) for path in paths}
    yield from class_names.find_faults(trees)


def check_steps(*, accept: bool = False) -> Iterator[str]:
    """Each step whose code changed while its version did not."""
    known: dict[str, dict[str, object]] = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    found: dict[str, dict[str, object]] = {}
    project = Project.of_folder(PACKAGE)
    for name, version, function in project.steps:
        if name in found:
            yield f"{function.module}: a second step has the name {name}"
        found[name] = {"version": version, "code": project.fingerprint(function)}
    faults = [fault for name, entry in found.items() if (fault := _fault(name, known.get(name), entry, accept=accept))]
    yield from faults
    if found != known and not faults:
        LOCK.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        if not accept:
            yield f"{LOCK.relative_to(ROOT)} was behind and is written anew: commit it"


def _fault(name: str, before: dict[str, object] | None, now: dict[str, object], *, accept: bool) -> str | None:
    if before is None or before == now:
        return None
    if int(str(now["version"])) < int(str(before["version"])):
        return f"step {name}: its version went back"
    if before["version"] == now["version"] and not accept:
        return (
            f"step {name}: its code changed. When the same inputs can give another result, raise its version; "
            "when they cannot, run scripts/check_project.py --accept."
        )
    return None


def check_example() -> Iterator[str]:
    """Whether .env.example is the one that the settings write."""
    sys.path.insert(0, str(ROOT))
    from automagic.settings import format_example

    if (ROOT / ".env.example").read_text() != format_example():
        (ROOT / ".env.example").write_text(format_example())
        yield ".env.example was behind the settings and is written anew: commit it"


def main(arguments: list[str]) -> int:
    """Print what is wrong; the exit code."""
    faults = [
        *check_arrows(),
        *check_doors(),
        *check_classes(),
        *check_steps(accept="--accept" in arguments),
        *check_example(),
    ]
    for fault in faults:
        print(fault)
    if not faults:
        print("arrows, doors, class names, steps and .env.example hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
