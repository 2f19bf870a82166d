"""What `make check` asks of the code beyond format, lint and types.

arrows   each part of the package imports only what stands to its right (see MAY_IMPORT)
doors    what a person names, TOML and JSON are read through one door each (see doors.py)
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

import doors
from step_fingerprints import Project

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "automagic"
LOCK = ROOT / "tests" / "steps.lock.json"

LEAVES = {
    "",
    "model",
    "recording",
    "errors",
    "settings",
    "data",
    "engines",
    "systems",
    "version",
    "processes",
    "models",
    "model_hub",
    "memory",
    "addresses",
    "container",
    "logs",
    "masking",
    "request_fields",
    "setting_names",
    "env_file",
    "named_files",
    "text_faults",
    "toml_text",
    "json_text",
}
"""Modules of the package itself that everybody may import."""

MIDDLE = {"orchestrator", "providers", "destinations", "sources", "media", "language", "monitor"}
MAY_IMPORT = {
    "cli": {"cli", "web", "companions", "jobs", "studio", "pipelines", "services", "upkeep", "database", *MIDDLE},
    "__main__": {"cli"},
    "": {"studio", "pipelines", "jobs"},
    # The person's door to everything; a job is made through it as well, which is why `jobs` imports it.
    "studio": {"pipelines", "services", "vendors", "orchestrator", "destinations", "jobs", "monitor"},
    "web": {"web", "jobs", "studio", "pipelines", "services", *MIDDLE},
    "jobs": {"jobs", "studio", "pipelines", "services", "orchestrator", "database"},
    # Beside a worker or a scheduler: what goes on as long as it works.
    "companions": {"jobs", "studio", "services", "upkeep", "database", *MIDDLE},
    "upkeep": {"database", "monitor", "orchestrator"},
    "pipelines": {"pipelines", "services", "vendors", "database", *MIDDLE},
    "services": {"database", "vendors", "upkeep", *MIDDLE},
    "vendors": set(MIDDLE),
    "database": {"database"},
    **{name: {name, "database"} for name in MIDDLE},
    **{name: set() for name in LEAVES if name},
    "recording": {"model"},
    "setting_names": {"settings", "env_file"},
    "settings": {"env_file"},
    "env_file": {"named_files", "text_faults"},
    "toml_text": {"text_faults"},
    "json_text": {"text_faults"},
}
# It imports nobody: the embedded writers are made of it, and what is narrated of a text, or who speaks in a transcript.
for _part in ("providers", "sources"):
    MAY_IMPORT[_part].add("language")
CALL_GATE = {"providers", "destinations", "sources"}
"""May also use the orchestrator's call gate, which is these modules."""
CALL_GATE_MODULES = {
    f"automagic.orchestrator.{name}" for name in ("gate", "http", "calls", "replies", "waits", "prices", "owners")
}


def part_of(module: str) -> str:
    """The first name below the package: "media" for automagic.media.render; "" for the package itself."""
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else ""


def module_name(path: Path) -> str:
    """automagic.media.render for automagic/media/render.py."""
    pieces = list(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    return ".".join(pieces[:-1] if pieces[-1] == "__init__" else pieces)


def imports_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module of the project that the code imports, with the line; `from a import b` as a and as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "automagic":
                yield name, node.lineno


def check_arrows() -> Iterator[str]:
    """Each import that runs against the arrows."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = module_name(path)
        here = part_of(module)
        allowed = MAY_IMPORT.get(here, set()) | LEAVES
        seen: set[tuple[str, int]] = set()
        for name, line in imports_of(ast.parse(path.read_text("utf-8"))):
            there = part_of(name)
            if (there, line) in seen:
                continue
            seen.add((there, line))
            if there not in MAY_IMPORT and there not in LEAVES:
                continue  # a name inside the package itself, such as __version__
            if there in allowed or (here in CALL_GATE and name in CALL_GATE_MODULES):
                continue
            yield f"{path.relative_to(ROOT)}:{line}: {here or 'automagic'} may not import {there}"


def check_doors() -> Iterator[str]:
    """Each read of a file, of TOML or of JSON that goes by no door."""
    trees = {module_name(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    yield from doors.find_faults(trees)


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
    faults = [*check_arrows(), *check_doors(), *check_steps(accept="--accept" in arguments), *check_example()]
    for fault in faults:
        print(fault)
    if not faults:
        print("arrows, doors, steps and .env.example hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
