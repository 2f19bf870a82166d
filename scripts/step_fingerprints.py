"""What each memoised step is made of, as one short hash that only a real change can change.

A step's result is remembered under its name, its version and its arguments. So whoever changes what a step makes must
raise its version, and this module finds out who did. From the step's function it follows every name: helpers and
constants of the same module, imported functions and classes, whatever those name in turn.

    render ── names ──▶ _check_picture          (a helper beside it)
       │
       └───── names ──▶ warp.zoom ──▶ OVERSCAN  (another module's function, and its constant)

What is hashed is content. A name counts for what it stands for and not for how it is spelled, an import line counts
only for what is used of it, and order comes from the code that uses a thing: moving a module, or renaming a module, a
function, a class or a constant leaves every fingerprint as it was. Names of methods, attributes, arguments and local
variables are part of the code. Docstrings and comments are not. Modules that only run work (`OUTSIDE`) end the search.
"""

from __future__ import annotations

import ast
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROUNDS = 3
"""How often a definition's hash takes in the hashes of what it names: two definitions that differ only in what they
name, or in the order in which they name it, then have different hashes."""

OUTSIDE = frozenset(
    {"", "version", "values.events", "runs", "gate", "store", "services", "database", "settings", "plugins"}
)
"""Parts of the package whose code decides how work runs and not what it makes."""

FOUND_BY_NAME = {"automagic.providers.shared.registry.write_here": ("automagic.providers.local.", "write")}
"""What finds code by a provider's name when it runs → where that code is, and what it is called there."""

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Target:
    """What a name stands for: a definition of a module of the project, or the whole module (`name` is "")."""

    module: str
    name: str


WORDS = Target("automagic.data", "words")
"""What reads word lists, see there."""


@dataclass(frozen=True, slots=True)
class Import:
    """`from module import name`, or `import module` (`name` is "")."""

    module: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass
class Definition:
    """A definition's code with each name of the project replaced by a number, and what the numbers stand for."""

    text: str = ""
    targets: list[Target] = field(default_factory=list)


class Module:
    """One file: which statements define each of its names, and which names it imports."""

    def __init__(self, source: str) -> None:
        self.imports: dict[str, Import] = {}
        self.definitions: dict[str, list[ast.stmt]] = {}
        effects: list[ast.stmt] = []
        for statement in ast.parse(source).body:
            self.imports.update(imports_in(statement))
            if isinstance(statement, ast.Import | ast.ImportFrom) or _is_docstring(statement):
                continue
            bound = set(bound_names([statement])) - set(imports_in(statement))
            for name in bound:
                self.definitions.setdefault(name, []).append(statement)
            if not bound:
                effects.append(statement)
        # `TABLE["x"] = 1` and `register(function)` belong to each name that they name.
        for statement in effects:
            for name in {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}:
                if name in self.definitions:
                    self.definitions[name].append(statement)

    def steps(self) -> Iterator[tuple[str, int, str]]:
        """Name, version and function name of each step that the module defines."""
        for name, statements in self.definitions.items():
            for mark in getattr(statements[0], "decorator_list", []):
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "step":
                    step, version = (ast.literal_eval(argument) for argument in mark.args[:2])
                    yield step, version, name


class Project:
    """All modules of the package, by dotted name, and the fingerprints of their steps."""

    def __init__(
        self, sources: Mapping[str, str], words: Mapping[str, str] | None = None, *, outside: frozenset[str] = OUTSIDE
    ) -> None:
        self._sources = sources
        self._words = words or {}
        self._outside = outside
        self._modules: dict[str, Module] = {}
        self._read: dict[Target, Definition] = {}

    @classmethod
    def of_folder(cls, package: Path) -> Project:
        """The package whose `__init__.py` stands in this folder."""
        return cls(read_sources(package), read_words(package))

    @cached_property
    def steps(self) -> list[tuple[str, int, Target]]:
        """Name, version and function of each step of the package."""
        marked = [name for name, source in self._sources.items() if "@step(" in source]
        return [
            (step, version, Target(module, function))
            for module in sorted(marked)
            for step, version, function in self.module(module).steps()
        ]

    def module(self, name: str) -> Module:
        """The module with this dotted name.

        Raises:
            KeyError: the project has none of this name.
        """
        if name not in self._modules:
            self._modules[name] = Module(self._sources[name])
        return self._modules[name]

    def fingerprint(self, function: Target) -> str:
        """16 hexadecimal digits that stand for all code that the function names, directly or not."""
        reached = self._reach(function)
        hashes = {target: _digest(found.text) for target, found in reached.items()}
        for _ in range(ROUNDS):
            hashes = {
                target: _digest(found.text, *(hashes.get(named, "outside") for named in found.targets))
                for target, found in reached.items()
            }
        return _digest(hashes[function], *sorted(set(hashes.values())))[:16]

    def _reach(self, function: Target) -> dict[Target, Definition]:
        reached: dict[Target, Definition] = {}
        waiting = [function]
        while waiting:
            target = waiting.pop()
            if target in reached or self._is_outside(target.module):
                continue
            reached[target] = self._definition(target)
            waiting += reached[target].targets
            waiting += self._found_by_name(target)
        return reached

    def _found_by_name(self, target: Target) -> Iterator[Target]:
        place, called = FOUND_BY_NAME.get(f"{target.module}.{target.name}", ("", ""))
        for module in sorted(self._sources) if place else ():
            if module.startswith(place) and called in self.module(module).definitions:
                yield Target(module, called)

    def _is_outside(self, module: str) -> bool:
        place = module.partition(".")[2]
        return any(place == outside or place.startswith(f"{outside}.") for outside in self._outside)

    def _definition(self, target: Target) -> Definition:
        if target not in self._read:
            module, found = self.module(target.module), Definition()
            if target.name:
                writer = _Writer(self, target.module, found)
                found.text = "\n".join(writer.definition(node) for node in module.definitions[target.name])
            else:
                found.targets = [Target(target.module, name) for name in module.definitions]
            self._read[target] = found
        return self._read[target]

    def resolve(self, module: str, name: str) -> Target | Import | None:
        """What a name at the top of a module stands for; None for a built-in name."""
        if module not in self._sources:
            return Import(module, name)
        if name in self.module(module).definitions:
            return Target(module, name)
        found = self.module(module).imports.get(name)
        return self.follow(found) if found else None

    def words(self, name: str) -> str:
        """What a file of word lists says, without its comments."""
        return json.dumps(tomllib.loads(self._words[name]))

    def follow(self, found: Import) -> Target | Import:
        """What an import stands for, through modules that hand a name on."""
        whole = str(found)
        if whole in self._sources:
            return Target(whole, "")
        return (found.name and self.resolve(found.module, found.name)) or found


@dataclass(frozen=True)
class _Scope:
    """The names that a function binds, and what it imports, with those of the functions around it."""

    names: frozenset[str] = frozenset()
    imports: Mapping[str, Import] = field(default_factory=dict)

    def inside(self, names: set[str], imports: Mapping[str, Import]) -> _Scope:
        rest = {name: found for name, found in self.imports.items() if name not in names}
        return _Scope((self.names | names) - set(imports), {**rest, **imports})


class _Writer:
    """Writes a definition as text; see `Definition`."""

    def __init__(self, project: Project, module: str, into: Definition) -> None:
        self._project, self._module, self._into = project, module, into

    def definition(self, statement: ast.stmt) -> str:
        """A statement at the top of a module, without the name that it defines and without a step's mark."""
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            marks = [mark for mark in statement.decorator_list if not _marks_step(mark)]
            return self._node(statement, _Scope(), name="", decorator_list=marks)
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            return f"={self._node(statement.value, _Scope())}"
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            return f"={self._node(statement.value, _Scope())}"
        return self._node(statement, _Scope())

    def _node(self, node: object, scope: _Scope, **instead: object) -> str:
        """The node as text; `instead` gives other contents for some of its fields."""
        if isinstance(node, list):
            return "[" + ",".join(filter(None, (self._node(each, scope) for each in node))) + "]"
        if not isinstance(node, ast.AST):
            return repr(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            return ""
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if isinstance(node, ast.Attribute) and (target := self._of_module(node, scope)):
            return self._number(target)
        inner = _inside(node, scope)
        pieces = list(self._words(node, scope))
        for key, value in ast.iter_fields(node):
            if key in {"ctx", "type_comment", "kind", "type_params"}:
                continue
            content = instead.get(key, value)
            if key == "body" and isinstance(value, list):
                content = [each for each in value if not (_is_docstring(each) or isinstance(each, ast.Pass))]
            outer = key in {"decorator_list", "returns", "bases", "keywords"} or isinstance(value, ast.arguments)
            pieces.append(self._node(content, scope if outer else inner))
        return f"{type(node).__name__}({','.join(pieces)})"

    def _words(self, node: ast.AST, scope: _Scope) -> Iterator[str]:
        """What the word lists say that a call reads, see `automagic.data.words`."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return
        if self._stands_for(node.func.id, scope) == WORDS:
            yield self._project.words(ast.literal_eval(node.args[0]))

    def _of_module(self, node: ast.Attribute, scope: _Scope) -> Target | None:
        """What `module.name` stands for; the whole module where the name is none of its own."""
        found = self._stands_for(node.value.id, scope) if isinstance(node.value, ast.Name) else None
        if not isinstance(found, Target) or found.name:
            return None
        named = self._project.resolve(found.module, node.attr)
        return named if isinstance(named, Target) else found

    def _name(self, name: str, scope: _Scope) -> str:
        found = self._stands_for(name, scope)
        if isinstance(found, Target):
            return self._number(found)
        return f"<{found}>" if found else name

    def _stands_for(self, name: str, scope: _Scope) -> Target | Import | None:
        if name in scope.imports:
            return self._project.follow(scope.imports[name])
        return None if name in scope.names else self._project.resolve(self._module, name)

    def _number(self, target: Target) -> str:
        targets = self._into.targets
        if target not in targets:
            targets.append(target)
        return f"#{targets.index(target)}"


def read_sources(package: Path) -> dict[str, str]:
    """The source of each module of the package in this folder, by dotted name."""
    sources = {}
    for path in package.rglob("*.py"):
        pieces = path.relative_to(package.parent).with_suffix("").parts
        sources[".".join(pieces[:-1] if pieces[-1] == "__init__" else pieces)] = path.read_text("utf-8")
    return sources


def read_words(package: Path) -> dict[str, str]:
    """The word lists of the package in this folder, by name."""
    folder = package / "data" / "words"
    paths = folder.rglob("*.toml")
    return {path.relative_to(folder).with_suffix("").as_posix(): path.read_text("utf-8") for path in paths}


def imports_in(node: ast.AST) -> dict[str, Import]:
    """What a piece of code imports itself, not the functions within it, by the name that it has there."""
    found: dict[str, Import] = {}
    for each in _walk(node):
        if isinstance(each, ast.Import):
            for alias in each.names:
                # `import a.b` binds a: what is used of it is found by its attributes.
                found[alias.asname or alias.name.partition(".")[0]] = Import(
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(each, ast.ImportFrom) and each.module and each.level == 0:
            found.update({alias.asname or alias.name: Import(each.module, alias.name) for alias in each.names})
    return found


def bound_names(nodes: list[ast.stmt] | list[ast.AST]) -> Iterator[str]:
    """The names that these pieces of code bind themselves, not the functions within them."""
    for node in nodes:
        for each in _walk(node):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield each.name
            elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del):
                yield each.id
            elif isinstance(each, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and each.name:
                yield each.name


def _inside(node: ast.AST, scope: _Scope) -> _Scope:
    """The scope of what is inside a node: a function's, a class's or a comprehension's own, else that around it."""
    if isinstance(node, ast.ClassDef):
        # The names of a class's body are not seen by its methods.
        return scope
    if isinstance(node, COMPREHENSIONS):
        return scope.inside(set(bound_names(list(ast.iter_child_nodes(node)))), {})
    if not isinstance(node, Function):
        return scope
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    names = {argument.arg for argument in named if argument}
    imports: dict[str, Import] = {}
    if not isinstance(node, ast.Lambda):
        names |= set(bound_names(node.body))
        for statement in node.body:
            imports |= imports_in(statement)
    return scope.inside(names, imports)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, without the insides of functions and classes."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _walk(child)


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _marks_step(mark: ast.expr) -> bool:
    return isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "step"


def _digest(*pieces: str) -> str:
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()
