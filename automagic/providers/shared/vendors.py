"""The vendors of one run: accounts behind the run's own call gate, opened when they are first asked.

    Vendors ─┬─ http      one pool of connections
             ├─ gate      budget, journal, pace, retry
             └─ writer(name), painter(name), narrator(name), ranker(name), transcriber(name)

Nothing is imported or opened before it is needed: a run of hits and embedded engines passes without.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from automagic.errors import ConfigurationError
from automagic.providers.shared.registry import default_order, is_paid, parse_chain, providers, providers_of
from automagic.settings import Settings

if TYPE_CHECKING:
    from automagic.gate.calls import Call
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.gate.prices import Prices
    from automagic.providers.commons.api import CommonsIllustrator
    from automagic.providers.openai.sound import OpenAITranscriber
    from automagic.providers.pexels.api import PexelsIllustrator
    from automagic.providers.shared.account import DrawnPicture
    from automagic.providers.shared.chat_writer import ChatWriter
    from automagic.providers.shared.provider import Kind
    from automagic.providers.shared.script_draft import WriterBrief
    from automagic.providers.shared.writing import Written
    from automagic.runs.steps import Quote
    from automagic.store.artifacts import ArtifactStore
    from automagic.values.credit import Credit
    from automagic.values.events import Listener


CONNECT_S = 5.0
"""A vendor that does not answer within this time is passed over: the next in the list is asked."""


class Writer(Protocol):
    """Writes scripts."""

    def first_call(self, brief: WriterBrief) -> Call:
        """What is bought first; only those who are paid have it."""
        ...

    async def write(self, brief: WriterBrief) -> Written:
        """The script for a brief."""
        ...


class Painter(Protocol):
    """Draws a picture from a description."""

    def call(self, prompt: str, *, width: int, height: int, take: int = 1) -> Call:
        """What is bought for a picture."""
        ...

    async def draw(self, prompt: str, *, width: int, height: int, take: int = 1) -> DrawnPicture:
        """A picture of about that shape."""
        ...


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes something: part of the key of what is made.

    Attributes:
        name: The provider's.
        model: The vendor's name of the model; "" where there is none.
        server: Its address, where the person named another than the vendor's.
    """

    name: str
    model: str = ""
    server: str = ""

    def __str__(self) -> str:
        """Such as "openai gpt-5.4-mini"."""
        return f"{self.name} {self.model}".strip()

    def credit(self, part: str) -> Credit:
        """The credit for a part that it generated. Somebody else's server runs somebody else's model."""
        from urllib.parse import urlsplit

        from automagic.gate.prices import is_local
        from automagic.values.credit import Credit

        if not self.server:
            return Credit(part, str(self), self.name, f"{self.name} terms of use", generated=True)
        origin = "generated on this machine" if is_local(self.server) else urlsplit(self.server).hostname or ""
        return Credit(part, self.model or self.name, origin, "unknown", generated=True)


@dataclass(frozen=True, slots=True)
class Health:
    """A vendor that answered: how long it took, what it says is left, and the state of its circuit breaker."""

    name: str
    latency_s: float
    left: str
    breaker: str


@dataclass
class Vendors:
    """The vendors of one run.

    Args:
        max_cost_usd: For this run; None for no limit.
        take: Variant of the creative steps, for what they will cost.
        anew: Names of the steps for which earlier purchases are not used again.
    """

    settings: Settings
    store: ArtifactStore
    run_id: str
    emit: Listener
    max_cost_usd: Decimal | None = None
    take: int = 1
    anew: frozenset[str] = frozenset()
    _http: Http | None = None
    _gate: Gate | None = None
    _prices: Prices | None = None
    _opened: dict[tuple[str, str], Any] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------- who is asked

    def chain(self, kind: Kind, asked: str | None = None) -> tuple[str, ...]:
        """Who is asked, in order: as the request says, else as the settings say, else by the keys that are there.

        Raises:
            RequestError, ConfigurationError: A name is wrong, or one was named whose key is missing.
        """
        said_by = f"--{kind}"
        if asked is None:
            asked, said_by = getattr(self.settings, kind), kind.upper()
        if not asked:
            usable = self.usable(kind)
            names = tuple(name for name in default_order(kind) if name in usable)
        else:
            names = parse_chain(kind, asked, said_by=said_by)
        for name in names:
            self.require_setting(name)
            self._require_price(kind, name)
        return names

    def usable(self, kind: Kind) -> tuple[str, ...]:
        """Everybody of a kind whose key or other setting is there, or who needs none."""
        return tuple(name for name in providers_of(kind) if not providers()[name].lacks(self.settings))

    def require_setting(self, name: str) -> None:
        """Refuse a provider whose setting is missing, before any work is done.

        Raises:
            ConfigurationError: Naming the setting.
        """
        if setting := providers()[name].lacks(self.settings):
            raise ConfigurationError(
                f"{name} needs {setting.name}", hint=f"Put {setting.name}={setting.example} into .env."
            )

    def _require_price(self, kind: Kind, name: str) -> None:
        """Refuse a model without a price before any work is done, rather than in the middle of it."""
        maker = self.maker(kind, name)
        if not is_paid(name) or providers()[name].is_free(self.settings):
            return
        tables = {"illustrator": "images", "narrator": "speech", "transcriber": "transcription"}
        table = tables.get(kind, "text")
        if maker.model in self.prices.tables.get(name, {}).get(table, {}):
            return
        # Not there by this very name: the list knows a model's dated snapshots too, or says what to do.
        match kind:
            case "writer" | "ranker":
                self.prices.text(name, maker.model, input_tokens=0, output_tokens=0)
            case "illustrator":
                self.prices.image(name, maker.model)
            case "narrator":
                self.prices.speech(name, maker.model, characters=0)
            case "transcriber":
                self.prices.transcription(name, maker.model, duration_s=0)

    def maker(self, kind: Kind, name: str) -> Maker:
        """The provider as a step's key names it."""
        provider = providers()[name]
        return Maker(name, provider.model(kind, self.settings), provider.server(self.settings))

    # --------------------------------------------------------------------------------------------- what is open

    @property
    def http(self) -> Http:
        """The run's connections."""
        if self._http is None:
            from automagic.gate.http import Http
            from automagic.version import __version__

            self._http = Http(
                pool=self.settings.connection_pool_size,
                connect_s=CONNECT_S,
                user_agent=f"AutoMagic/{__version__}",
            )
        return self._http

    @property
    def gate(self) -> Gate:
        """The chain that every call passes."""
        if self._gate is None:
            from automagic.providers.shared.wary_gate import WaryGate

            self._gate = WaryGate(self.settings, self.store, self.http, self.run_id, self.max_cost_usd, self.emit)
        return self._gate

    @property
    def prices(self) -> Prices:
        """What vendors charge."""
        if self._prices is None:
            from automagic.gate.prices import load_prices

            declared = {name: one.prices for name, one in providers().items() if one.prices}
            self._prices = load_prices(self.settings.price_overrides, declared=declared)
        return self._prices

    def quote(self, call: Call, step: str) -> Quote:
        """What a purchase for a step will cost: nothing when its answer is here already."""
        from automagic.gate.journal import Journal
        from automagic.gate.leases import this_holder
        from automagic.runs.steps import Quote

        usd = call.estimate_usd or Decimal(0)
        if usd and step not in self.anew and Journal(self.store, this_holder(self.run_id)).find(call.key(), ""):
            usd = Decimal(0)
        return Quote(call.vendor, usd)

    def writer(self, name: str) -> Writer:
        """The writer of this name; only those who ask a server."""
        return self._open("writer", name)  # type: ignore[no-any-return]  # by construction below

    def painter(self, name: str) -> Painter:
        """Who draws from a description."""
        return self._open("illustrator", name)  # type: ignore[no-any-return]

    def collection(self, name: str) -> CommonsIllustrator | PexelsIllustrator:
        """Who finds pictures that others made."""
        return self._open("illustrator", name)  # type: ignore[no-any-return]

    def clips(self, name: str) -> PexelsIllustrator:
        """Who finds video clips."""
        return self._open("illustrator", name)  # type: ignore[no-any-return]

    def narrator(self, name: str) -> Any:
        """Who speaks by a vendor's voice."""
        return self._open("narrator", name)

    def ranker(self, name: str) -> ChatWriter[Any]:
        """Whose language model puts moments in order."""
        return self._open("ranker", name)  # type: ignore[no-any-return]

    def transcriber(self, name: str) -> OpenAITranscriber:
        """Who hears the words of a sound file."""
        return self._open("transcriber", name)  # type: ignore[no-any-return]

    async def check(self, name: str) -> Health:
        """The cheapest real question to a vendor: is the key valid, how far away is it, what is left.

        Raises:
            VendorError, ConfigurationError: It does not work.
        """
        import importlib

        for library in ("aiohttp", "automagic.gate.cache"):  # not the vendor's time
            importlib.import_module(library)
        vendor = self._open(next(iter(providers()[name].kinds)), name)
        began = time.monotonic()
        answer = await vendor.check()
        latency_s = getattr(answer, "latency_s", round(time.monotonic() - began, 3))
        return Health(name, latency_s, "" if answer is None else _describe(answer), self.breaker_state(name))

    def breaker_state(self, name: str) -> str:
        """ "closed", "open" or "half-open"."""
        return self.gate.breaker_state(name)

    async def close(self) -> None:
        """Release claims and close connections."""
        if self._gate is not None:
            await self._gate.close()
        if self._http is not None:
            await self._http.close()

    def _open(self, kind: Kind, name: str) -> Any:
        if (kind, name) not in self._opened:
            self.require_setting(name)
            opener = providers()[name].kinds[kind].open
            assert opener is not None  # noqa: S101 - only who asks a server is opened here
            self._opened[kind, name] = opener(self)
        return self._opened[kind, name]


def _describe(answer: object) -> str:
    """What a vendor says of the account, such as "used 1200, limit 10000, resets 2030-01-01"."""
    if isinstance(left := getattr(answer, "left", None), Mapping):
        return ", ".join(f"{key.partition('ratelimit-')[2]} {value}" for key, value in left.items())
    facts = asdict(answer) if is_dataclass(answer) and not isinstance(answer, type) else {}
    moment = facts.pop("resets_at", None)
    if moment:
        facts["resets"] = time.strftime("%Y-%m-%d", time.gmtime(moment))
    return ", ".join(f"{name} {value}" for name, value in facts.items() if value not in (None, ""))
