"""That a public class name means one thing in the whole package: no two modules define the same one.

Whoever reads `Line` in one room must not have to ask which of four it is. Names that begin with an underscore belong to
their file, and classes within functions and classes to what is around them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

TWICE: dict[str, str] = {}
"""The name → why two classes of the package share it."""


def find_faults(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Each public class name that two modules define, and each exception that nothing needs.

    Args:
        trees: The code of each module, by its whole name.
    """
    homes: dict[str, list[str]] = {}
    for module, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(module)
    for name, modules in sorted(homes.items()):
        if len(modules) > 1 and name not in TWICE:
            yield f"the class name {name} is defined in {' and in '.join(modules)}: give each a name of its own"
    for name in sorted(TWICE):
        if len(homes.get(name, ())) < 2:
            yield f"scripts/class_names.py: {name} is not defined twice: take it out"
