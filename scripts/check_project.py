"""What `make check` asks of the code beyond format, lint and types.

arrows   each part of the package imports only what stands to its right (see ARROWS)
steps    a step whose code changed has a new version, or the change is declared neutral
example  .env.example says what the settings say

python scripts/check_project.py                   check
python scripts/check_project.py --accept          declare every changed step neutral and write the lock anew
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "automagic"
LOCK = ROOT / "tests" / "steps.lock.json"

LEAVES = {
    "",
    "model",
    "recording",
    "errors",
    "settings",
    "processes",
    "models",
    "model_hub",
    "memory",
    "addresses",
    "container",
    "logs",
    "masking",
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
}
MAY_IMPORT["providers"].add("language")  # the embedded writers are made of it; it imports nobody
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


def find_steps(path: Path) -> Iterator[tuple[str, int, ast.AsyncFunctionDef]]:
    """Name, version and definition of each step in a file."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "step":
                name, version = (ast.literal_eval(argument) for argument in mark.args[:2])
                yield name, version, node


def fingerprint(function: ast.AsyncFunctionDef) -> str:
    """Hash of a step's own code and of all project code that it imports, directly or not.

    Comments and docstrings do not count; the orchestrator, the services and the data files do not either: how work
    runs does not change what it makes, and data has hashes of its own in the keys.
    """
    digest = hashlib.sha256(_bare(function).encode())
    for module in sorted(reach(name for name, _ in imports_of(function))):
        path = _path_of(module)
        if path is not None:
            digest.update(_bare(ast.parse(path.read_text("utf-8"))).encode())
    return digest.hexdigest()[:16]


def reach(names: Iterable[str]) -> set[str]:
    """The modules with these names and all that they import, without those that only run work."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = _path_of(name)
        if name in seen or path is None or part_of(name) in {"", "orchestrator", "services", "database", "settings"}:
            continue
        seen.add(name)
        waiting.extend(found for found, _ in imports_of(ast.parse(path.read_text("utf-8"))))
    return seen


def check_steps(*, accept: bool = False) -> Iterator[str]:
    """Each step whose code changed while its version did not."""
    known: dict[str, dict[str, object]] = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    found: dict[str, dict[str, object]] = {}
    for path in sorted((PACKAGE / "pipelines").rglob("*.py")):
        for name, version, function in find_steps(path):
            if name in found:
                yield f"{path.relative_to(ROOT)}: a second step is named {name}"
            found[name] = {"version": version, "code": fingerprint(function)}
    for name, entry in found.items():
        before = known.get(name)
        if before and before["version"] == entry["version"] and before["code"] != entry["code"] and not accept:
            yield (
                f"step {name}: its code changed. When the same inputs can give another result, raise its version; "
                "when they cannot, run scripts/check_project.py --accept."
            )
            return
        if before and int(str(entry["version"])) < int(str(before["version"])):
            yield f"step {name}: its version went back"
            return
    if found != known and (
        accept
        or all(
            name not in known or known[name]["version"] != entry["version"] or known[name] == entry
            for name, entry in found.items()
        )
    ):
        LOCK.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        if not accept:
            yield f"{LOCK.relative_to(ROOT)} was behind and is written anew: commit it"


def check_example() -> Iterator[str]:
    """Whether .env.example is the one that the settings write."""
    sys.path.insert(0, str(ROOT))
    from automagic.settings import format_example

    if (ROOT / ".env.example").read_text() != format_example():
        (ROOT / ".env.example").write_text(format_example())
        yield ".env.example was behind the settings and is written anew: commit it"


def _path_of(module: str) -> Path | None:
    base = PACKAGE.parent.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _bare(tree: ast.AST) -> str:
    """The code without its docstrings and comments."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]  # only nodes that have one
    return ast.dump(tree)


def main(arguments: list[str]) -> int:
    """Print what is wrong; the exit code."""
    faults = [*check_arrows(), *check_steps(accept="--accept" in arguments), *check_example()]
    for fault in faults:
        print(fault)
    if not faults:
        print("arrows, steps and .env.example hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
