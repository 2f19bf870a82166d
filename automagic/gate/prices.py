"""What a call will cost, from data/prices.toml and the user's own price file. A model without a price is refused.

prices = load_prices(settings.price_overrides)
prices.image("openai", "gpt-image-2", size="1024x1536", quality="high")     Decimal("0.165")
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from automagic.data import shipped
from automagic.errors import ConfigurationError
from automagic.gate.calls import Price
from automagic.reading.faults import MalformedText
from automagic.reading.named_files import read_named
from automagic.reading.toml import parse_toml

PRICES = shipped("prices.toml")
_KINDS = ("text", "images", "speech", "transcription", "posts")
_SNAPSHOT = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$")
_FREE = Decimal(0)
_DEAREST = Decimal(1_000_000)
_MOST_BYTES = 1_000_000
_HINT = "It must have the form of AutoMagic's own, data/prices.toml."


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by vendor, kind and model.

    Attributes:
        dated: The day of the list, as an ISO date.
        tables: {vendor: {kind: {model: prices}}}.
    """

    dated: str
    tables: dict[str, dict[str, dict[str, Any]]]

    def text(self, vendor: str, model: str, *, input_tokens: int, output_tokens: int) -> Decimal:
        """Dollars for tokens read and written; for an estimate give the most that may be written.

        Raises:
            ConfigurationError: The model has no price; here and in the others.
        """
        entry = self._find(vendor, "text", model)
        return Decimal(entry["input"] * input_tokens + entry["output"] * output_tokens) / 1_000_000

    def image(self, vendor: str, model: str, *, size: str = "", quality: str = "", count: int = 1) -> Decimal:
        """Dollars for `count` pictures."""
        entry = self._find(vendor, "images", model)
        for name in (f"{quality} {size}", quality, size, "any"):
            if name in entry:
                return Decimal(entry[name] * count)
        raise _unknown(vendor, "images", model, f"{quality} {size}".strip())

    def speech(self, vendor: str, model: str, *, characters: int) -> Decimal:
        """Dollars for speaking this number of characters."""
        return Decimal(self._find(vendor, "speech", model)) * characters / 1_000_000

    def transcription(self, vendor: str, model: str, *, duration_s: float) -> Decimal:
        """Dollars for this number of seconds of sound."""
        return Decimal(self._find(vendor, "transcription", model)) * Decimal(str(duration_s)) / 60

    def post(self, vendor: str, action: str) -> Decimal:
        """Dollars for doing something with a post once: "post", "delete", "read own post"."""
        return Decimal(self._find(vendor, "posts", action))

    def list(self) -> dict[tuple[str, str, str], tuple[Price, ...]]:
        """Every price by (vendor, kind, model), for people."""
        listed: dict[tuple[str, str, str], tuple[Price, ...]] = {}
        for vendor, kinds in self.tables.items():
            for kind, models in kinds.items():
                for model, entry in models.items():
                    listed[vendor, kind, model] = tuple(_as_prices(kind, entry))
        return listed

    def _find(self, vendor: str, kind: str, model: str) -> Any:
        models = self.tables.get(vendor, {}).get(kind, {})
        for name in (model, _SNAPSHOT.sub("", model)):
            if name in models:
                return models[name]
        raise _unknown(vendor, kind, model, "")


def load_prices(overrides: Path | None = None, *, declared: Mapping[str, Mapping[str, Any]] | None = None) -> Prices:
    """The project's prices, with those of the user's file on top.

    Args:
        declared: By vendor, in the form of data/prices.toml, which wins over it: what vendors say of themselves.

    Raises:
        ConfigurationError: The user's file is missing or not in the form of data/prices.toml.
    """
    tables = parse_toml(PRICES.read_bytes(), name=PRICES.name, parse_float=Decimal)
    dated = str(tables.pop("dated"))
    merged: dict[str, dict[str, dict[str, Any]]] = {}
    for layer in (declared or {}, tables, {} if overrides is None else _read_overrides(overrides)):
        for vendor, kinds in layer.items():
            for kind, models in kinds.items():
                merged.setdefault(vendor, {}).setdefault(kind, {}).update(models)
    return Prices(dated, merged)


def is_local(base_url: str) -> bool:
    """Whether a server runs on this machine, so that what it does costs nothing (Ollama, LM Studio, llama.cpp)."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _read_overrides(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    called = f"the price file {path.name} (PRICE_OVERRIDES)"
    data = read_named(path, _MOST_BYTES, what="a file of prices", called=called, error=ConfigurationError, hint=_HINT)
    try:
        tables = parse_toml(data, name=called, parse_float=Decimal)
        tables.pop("dated", None)
        for vendor, kinds in tables.items():
            for kind, models in _table(kinds, vendor).items():
                for model, entry in _table(models, f"{vendor}.{kind}").items():
                    _check(entry, kind, f"{vendor}.{kind}.{model}")
    except MalformedText as error:
        raise ConfigurationError(f"{called} cannot be used: {error.fault}", hint=_HINT) from error
    except _Malformed as error:
        raise ConfigurationError(f"{called} cannot be used: {error}", hint=_HINT) from error
    return tables


class _Malformed(ValueError):
    """Which entry, and what it should be."""


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Malformed(f"{where}: is {value!r}, and not a table such as [openai.text]")
    return value


def _check(entry: Any, kind: str, where: str) -> None:
    if kind not in _KINDS:
        raise _Malformed(f"{where}: the kinds are " + ", ".join(_KINDS))
    amounts = list(_table(entry, where).values()) if kind in ("text", "images") else [entry]
    if kind == "text" and set(entry) != {"input", "output"}:
        raise _Malformed(f"{where}: needs input and output")
    for amount in amounts:
        number = isinstance(amount, int | Decimal) and not isinstance(amount, bool)
        if not number or not _FREE <= amount <= _DEAREST:
            raise _Malformed(f"{where}: {amount!r} is not an amount in US dollars")


def _as_prices(kind: str, entry: Any) -> list[Price]:
    if kind == "text":
        return [Price(Decimal(entry[side]), f"million {side} tokens") for side in ("input", "output")]
    if kind == "images":
        return [Price(Decimal(usd), "picture" if name == "any" else f"picture ({name})") for name, usd in entry.items()]
    units = {"speech": "million characters", "transcription": "minute", "posts": "time"}
    return [Price(Decimal(entry), units[kind])]


def _unknown(vendor: str, kind: str, model: str, variety: str) -> ConfigurationError:
    what = f"{vendor}'s {model} ({variety})" if variety else f"{vendor}'s {model}"
    example = "{ input = 1.00, output = 4.00 }" if kind == "text" else "{ any = 0.04 }" if kind == "images" else "1.00"
    return ConfigurationError(
        f"no price is known for {what}, so nothing is bought from it",
        hint=f'Give one: in a TOML file, below the line [{vendor}.{kind}], "{model}" = {example}; '
        "then set PRICE_OVERRIDES to that file.",
    )
