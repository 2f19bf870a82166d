"""Which room of the package may import which, that no files import each other in a circle, and how full a folder is.

    cli, web ─▶ jobs ─▶ studio ─▶ products ─▶ stages ─▶ services ─▶ providers, sources, destinations ─▶ gate ─▶ store
                                     └──────────┴──▶ media, language ─▶ values             runs ─▶ store ─▶ database

A room is a folder of the package; those of `media`, `language` and `products` are rooms of their own. What stands on
the ground may be imported by everybody.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

GROUND = {"", "data", "engines", "errors", "machine", "plugins", "reading", "settings", "shaping", "values", "version"}
"""What everybody may import. `""` is the package itself: its version and its public names."""

MOST_FILES = 20
"""In one folder, its `__init__.py` aside: more wants rooms."""

MEDIA = (
    "video", "design", "credentials", "faces", "sound", "exports", "captions", "framing", "analysis", "rendering",
    "thumbnails", "quality",
)  # fmt: skip
"""The rooms of `media`: each may import those before it."""

LANGUAGE = (
    "text", "names", "numbers", "grounding", "speech", "syntax", "kinds", "cards", "script", "transcript", "moments",
    "style", "posts",
)  # fmt: skip
"""The rooms of `language`, likewise."""

PACKAGE = Path(__file__).resolve().parents[1] / "automagic"
PRODUCTS = tuple(path.parent.name for path in sorted(PACKAGE.glob("products/*/__init__.py")))
"""They never import each other. What stands beside them knows where to find each, and nothing more."""

WORK = {"media", "language"}
EDGES = {"providers", "sources", "destinations"}
CORE = {"gate", "store", "runs", "database", "weights"}

MAY_IMPORT: dict[str, set[str]] = {
    "__main__": {"cli"},
    "": {"studio", "products", "jobs"},
    "cli": {
        "backup",
        "jobs",
        "studio",
        "products",
        "stages",
        "services",
        "upkeep",
        "monitor",
        "setting_names",
        "web",
        *WORK,
        *EDGES,
    }
    | CORE,
    # A request from outside becomes a job, and nothing else.
    "web": {"jobs", "performance", "products", "stages", "monitor"},
    "jobs": {
        "studio",
        "performance",
        "products",
        "stages",
        "services",
        "upkeep",
        "monitor",
        "setting_names",
        "destinations",
    }
    | CORE,
    # The person's door to everything: `studio.jobs` is the queue.
    "studio": {"jobs", "products", "stages", "services", "monitor", "destinations", *CORE},
    "products": {"runs", *(f"products.{name}" for name in PRODUCTS)},
    **{f"products.{name}": {"stages", "services", *WORK, *EDGES, *CORE} for name in PRODUCTS},
    "stages": {"services", *WORK, *EDGES, *CORE},
    "services": {"upkeep", "monitor", *WORK, *EDGES, *CORE},
    "upkeep": {"monitor", "store", "database"},
    "backup": {"store", "database"},
    "providers": {"language", "gate", "store", "runs", "weights"},
    # A network that posts are published on is also read: with the same sign-in, at the same addresses.
    # Transcripts may be captions in the bytes of a broadcaster.
    "sources": {"language", "gate", "destinations", "media.captions"},
    "destinations": {"language", "gate", "database"},
    "monitor": {"database"},
    "runs": {"gate", "store", "database"},
    "performance": {"caching", "gate", "monitor", "database"},
    "gate": {"store", "database", "caching"},
    "caching": set(),
    "store": {"database"},
    "database": set(),
    "weights": set(),
    "setting_names": set(),
    **{f"media.{name}": {f"media.{below}" for below in MEDIA[:place]} for place, name in enumerate(MEDIA)},
    **{f"language.{name}": {f"language.{below}" for below in LANGUAGE[:place]} for place, name in enumerate(LANGUAGE)},
    "values": {"errors", "shaping"},
    "shaping": set(),
    "errors": set(),
    "version": set(),
    "data": set(),
    "engines": {"errors"},
    "reading": {"errors", "shaping", "values"},
    "plugins": {"errors", "reading"},
    "machine": {"errors", "reading", "settings", "values"},
    "settings": {"errors", "machine", "plugins", "reading", "values"},
}
"""What each room may import besides itself and, if it stands above it, the ground."""

FLOOR = {"values", "shaping", "errors", "version", "data", "engines", "reading", "machine", "plugins", "settings"}
"""Rooms of the ground: these name all that they may import."""


def room_of(module: str) -> str:
    """ "media.sound" for automagic.media.sound.mix; "" for the package itself.

    >>> room_of("automagic.gate.gate")
    'gate'
    """
    pieces = module.split(".")[1:]
    if not pieces:
        return ""
    return ".".join(pieces[:2]) if pieces[0] in {"media", "language", "products"} and len(pieces) > 2 else pieces[0]


def module_name(path: Path, package: Path) -> str:
    """automagic.media.sound.mix for automagic/media/sound/mix.py."""
    pieces = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(pieces[:-1] if pieces[-1] == "__init__" else pieces)


def imports_of(tree: ast.AST, modules: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    """Every module of the project that the code imports, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
            names = [name if name in modules else node.module for name in whole]
        else:
            continue
        yield from ((name, node.lineno) for name in dict.fromkeys(names) if name.split(".")[0] == "automagic")


def find_faults(package: Path) -> Iterator[str]:
    """Each import against the arrows, each circle of files, each folder that is too full."""
    paths = {module_name(path, package): path for path in sorted(package.rglob("*.py"))}
    graph: dict[str, list[str]] = {}
    for module, path in paths.items():
        found = list(imports_of(ast.parse(path.read_text("utf-8")), paths))
        graph[module] = [name for name, _ in found if name in paths and name != module]
        for name, line in found:
            if not _may_import(room_of(module), room_of(name)):
                here = room_of(module) or "automagic"
                yield f"{path.relative_to(package.parent)}:{line}: {here} may not import {room_of(name)}"
    yield from (f"these import each other in a circle: {', '.join(circle)}" for circle in find_circles(graph))
    yield from _full_folders(package)


def _may_import(here: str, there: str) -> bool:
    allowed = MAY_IMPORT.get(here, set())
    if here == there or there in allowed or there.partition(".")[0] in allowed:
        return True
    return there in GROUND and here not in FLOOR


def find_circles(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """The groups of modules that reach one another: strongly connected components (Tarjan 1972) of two and more."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        stack.append(module)
        for named in graph.get(module, ()):
            if named not in order:
                visit(named)
                lowest[module] = min(lowest[module], lowest[named])
            elif named in stack:
                lowest[module] = min(lowest[module], order[named])
        if lowest[module] == order[module]:
            place = stack.index(module)
            circle = sorted(stack[place:])
            del stack[place:]
            if len(circle) > 1:
                circles.append(circle)

    for module in graph:
        if module not in order:
            visit(module)
    return circles


def _full_folders(package: Path) -> Iterator[str]:
    for folder in sorted({path.parent for path in package.rglob("*.py")}):
        count = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        if count > MOST_FILES:
            yield f"{folder.relative_to(package.parent)} has {count} files: more than {MOST_FILES} want rooms"
