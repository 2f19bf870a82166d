"""What a person can ask for: one folder each, which declares `PRODUCT`. They never import each other.

A folder that is put here is a product: it has its command, its flags, its jobs and its place in Python.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError
from automagic.values.product import Operation, Product

if TYPE_CHECKING:
    from automagic.runs.steps import Step


def product_names() -> tuple[str, ...]:
    """Every product there is; none is imported."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


def find_product(name: str) -> Product:
    """The product of this name; no other is imported.

    Raises:
        RequestError: There is none.
    """
    if name not in product_names():
        raise _refuse(name)
    product: Product = importlib.import_module(f"{__name__}.{name}").PRODUCT
    return product


def find_products() -> tuple[Product, ...]:
    """Every product there is."""
    return tuple(map(find_product, product_names()))


def kind_names() -> tuple[str, ...]:
    """What a job can be of: "video", and "posts write" of a product with several operations."""
    return tuple(kind_name(product, one) for product in find_products() for one in product.operations)


def kind_name(product: Product, operation: Operation) -> str:
    """What a job of this operation is called in a batch file and in a schedule."""
    return f"{product.name} {operation.name}".strip()


def find_operation(kind: str) -> tuple[Product, Operation]:
    """The operation that a kind of job names; no other product is imported.

    Raises:
        RequestError: There is none.
    """
    name, _, operation = kind.partition(" ")
    if name in product_names():
        product = find_product(name)
        for one in product.operations:
            if one.name == operation:
                return product, one
    raise _refuse(kind)


def operation_of(request: object) -> tuple[Product, Operation]:
    """The operation that a request asks for, by its type.

    Raises:
        RequestError: None does.
    """
    module = type(request).__module__
    for name in sorted(product_names(), key=lambda name: f".{name}." not in module):  # its own first: others wait
        product = find_product(name)
        for operation in product.operations:
            if type(request) is operation.request:
                return product, operation
    raise RequestError(f"no product makes a {type(request).__name__}", hint=f"Products: {', '.join(product_names())}.")


def steps_of(operation: Operation) -> tuple[Step[Any, Any], ...]:
    """What `--redo` may name; a run does no others."""
    from automagic.runs.steps import steps_in

    return steps_in(*operation.load_steps())


def _refuse(kind: str) -> RequestError:
    near = difflib.get_close_matches(kind, kind_names(), n=1)
    meant = f": did you mean {near[0]}?" if near else ""
    return RequestError(f"there is no kind of job {kind!r}{meant}", hint=f"Kinds: {', '.join(kind_names())}.")
