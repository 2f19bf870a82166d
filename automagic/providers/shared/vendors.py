"""The vendors of one run: accounts behind the run's own call gate, opened when they are first asked.

    Vendors ─┬─ http      one pool of connections
             ├─ gate      budget, journal, pace, retry
             └─ writer(name), painter(name), narrator(name), ranker(name), transcriber(name)

Nothing is imported or opened before it is needed: a run of hits and embedded engines passes without.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from automagic.errors import ConfigurationError
from automagic.providers.catalogue import CATALOGUE, DEFAULTS, Kind, parse_chain, providers_of
from automagic.settings import Settings

if TYPE_CHECKING:
    from automagic.gate.calls import Call
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.gate.prices import Prices
    from automagic.providers.commons.api import CommonsIllustrator
    from automagic.providers.openai.sound import OpenAITranscriber
    from automagic.providers.pexels.api import PexelsIllustrator
    from automagic.providers.shared.account import Account, Checked, Drawn
    from automagic.providers.shared.chat_writer import ChatWriter
    from automagic.providers.shared.script_draft import Brief
    from automagic.providers.shared.writing import Written
    from automagic.runs.steps import Quote
    from automagic.store.artifacts import ArtifactStore
    from automagic.values.credit import Credit
    from automagic.values.events import Listener


CONNECT_S = 5.0
"""Who does not pick up by then is not waited for: the list goes on."""


class Writer(Protocol):
    """Writes scripts."""

    def first_call(self, brief: Brief) -> Call:
        """What is bought first; only those who are paid have it."""
        ...

    async def write(self, brief: Brief) -> Written:
        """The script for a brief."""
        ...


class Painter(Protocol):
    """Draws a picture from a description."""

    def call(self, prompt: str, *, width: int, height: int, take: int = 1) -> Call:
        """What is bought for a picture."""
        ...

    async def draw(self, prompt: str, *, width: int, height: int, take: int = 1) -> Drawn:
        """A picture of about that shape."""
        ...


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes something: part of the key of what is made.

    Attributes:
        name: As in the catalogue.
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
    """See the module's docstring.

    Args:
        max_cost_usd: For this run; None for no limit.
        take: Variant of the creative steps, for what they will cost.
        anew: Names of the steps of which nothing that was bought before will serve.
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
            names = tuple(name for name in DEFAULTS[kind] if name in usable)
        else:
            names = parse_chain(kind, asked, said_by=said_by)
        for name in names:
            self.require_setting(name)
            self._require_price(kind, name)
        return names

    def usable(self, kind: Kind) -> tuple[str, ...]:
        """Everybody of a kind whose key or other setting is there, or who needs none."""
        return tuple(name for name in providers_of(kind) if not self._lacks_setting(name))

    def require_setting(self, name: str) -> None:
        """Refuse a provider whose setting is missing, before any work is done.

        Raises:
            ConfigurationError: Naming the setting.
        """
        if self._lacks_setting(name):
            setting = CATALOGUE[name].needs.upper()
            example = "you@example.com" if setting == "CONTACT" else "..."
            raise ConfigurationError(f"{name} needs {setting}", hint=f"Put {setting}={example} into .env.")

    def _require_price(self, kind: Kind, name: str) -> None:
        """Refuse a model without a price before any work is done, rather than in the middle of it."""
        maker = self.maker(kind, name)
        if not CATALOGUE[name].paid or self._is_free(name):
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

    def _is_free(self, name: str) -> bool:
        """Whether what a paid vendor does costs nothing: a server on this machine that speaks its protocol."""
        from automagic.gate.prices import is_local

        return bool(self._server(name)) and is_local(self._server(name)) and name != "elevenlabs"

    def _lacks_setting(self, name: str) -> bool:
        setting = CATALOGUE[name].needs
        if name == "openai" and self.settings.openai_base_url:
            return False  # a server of one's own may want no key
        return bool(setting) and not getattr(self.settings, setting)

    def maker(self, kind: Kind, name: str) -> Maker:
        """The provider as a step's key names it."""
        settings = self.settings
        models = {
            ("writer", "openai"): settings.openai_text_model,
            ("illustrator", "openai"): settings.openai_image_model,
            ("narrator", "openai"): settings.openai_speech_model,
            ("ranker", "openai"): settings.openai_text_model,
            ("transcriber", "openai"): settings.openai_transcription_model,
            ("writer", "anthropic"): settings.anthropic_text_model,
            ("ranker", "anthropic"): settings.anthropic_text_model,
            ("writer", "gemini"): settings.gemini_text_model,
            ("ranker", "gemini"): settings.gemini_text_model,
            ("illustrator", "gemini"): settings.gemini_image_model,
            ("narrator", "elevenlabs"): settings.elevenlabs_model,
        }
        return Maker(name, models.get((kind, name), ""), self._server(name))

    def _server(self, name: str) -> str:
        """The person's own choice of a server; "" for the vendor's."""
        settings = self.settings
        return {
            "openai": settings.openai_base_url,
            "anthropic": settings.anthropic_base_url,
            "gemini": settings.gemini_base_url,
            "elevenlabs": settings.elevenlabs_base_url,
            "pexels": settings.pexels_base_url,
            "pexels-clips": settings.pexels_base_url,
            "wikipedia": settings.wikipedia_base_url,
            "commons": settings.commons_base_url,
        }.get(name, "")

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

            self._prices = load_prices(self.settings.price_overrides)
        return self._prices

    def quote(self, call: Call, step: str) -> Quote:
        """What a purchase for a step will cost: nothing when its answer is here already."""
        from automagic.gate.journal import Journal
        from automagic.gate.leases import this_owner
        from automagic.runs.steps import Quote

        usd = call.estimate_usd or Decimal(0)
        if usd and step not in self.anew and Journal(self.store, this_owner(self.run_id)).find(call.key(), ""):
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
        began = time.monotonic()
        if name in ("openai", "anthropic", "gemini"):
            module = importlib.import_module(f"automagic.providers.{name}.api")
            found: Checked = await getattr(module, f"check_{name}")(self.account(name))
            left = ", ".join(f"{key.partition('ratelimit-')[2]} {value}" for key, value in found.left.items())
            return Health(name, found.latency_s, left, self.breaker_state(name))
        answer = await self._open(CATALOGUE[name].kinds[0], name).check()
        left = "" if answer is None else _describe(answer)
        return Health(name, round(time.monotonic() - began, 3), left, self.breaker_state(name))

    def breaker_state(self, name: str) -> str:
        """ "closed", "open" or "half-open"."""
        return self.gate.breaker_state(name)

    async def close(self) -> None:
        """Let go of claims and connections."""
        if self._gate is not None:
            await self._gate.close()
        if self._http is not None:
            await self._http.close()

    def _open(self, kind: Kind, name: str) -> Any:
        if (kind, name) not in self._opened:
            self.require_setting(name)
            from automagic.providers.opening import OPENERS

            self._opened[kind, name] = OPENERS[kind, name](self)
        return self._opened[kind, name]

    def account(self, name: str) -> Account:
        """The account of one of the three who share `providers.vendor`."""
        import importlib

        module = importlib.import_module(f"automagic.providers.{name}.api")
        address = self._server(name) or module.BASE_URL
        key = {
            "openai": self.settings.openai_api_key,
            "anthropic": self.settings.anthropic_api_key,
            "gemini": self.settings.gemini_api_key,
        }[name]
        opener = getattr(module, f"open_{name}")
        prices = None if self._is_free(name) else self.prices
        account: Account = opener(self.http, self.gate, key=key, base_url=address, prices=prices)
        return account


def _describe(answer: object) -> str:
    """What a vendor says of the account, such as "used 1200, limit 10000, resets 2030-01-01"."""
    facts = asdict(answer) if is_dataclass(answer) and not isinstance(answer, type) else {}
    moment = facts.pop("resets_at", None)
    if moment:
        facts["resets"] = time.strftime("%Y-%m-%d", time.gmtime(moment))
    return ", ".join(f"{name} {value}" for name, value in facts.items() if value not in (None, ""))
