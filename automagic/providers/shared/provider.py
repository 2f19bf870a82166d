"""What a vendor declares of itself: who it is, what it can do, what it needs, and how it is opened.

    PROVIDER = Provider(
        "toy",
        {"writer": Craft(open_writer, model=TEXT_MODEL, by_default=50)},
        needs=KEY,
        base_url=BASE_URL,
        paid=True,
        settings=(KEY, BASE_URL, TEXT_MODEL),
    )

The file of a vendor, or the `__init__.py` of its folder, holds this. It is imported by every command, so it imports
what asks the vendor only where that is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Allow, Http
    from automagic.gate.prices import Prices
    from automagic.providers.shared.account import Account, VendorApi
    from automagic.providers.shared.post_draft import PostBrief, WrittenPosts
    from automagic.providers.shared.script_draft import WriterBrief
    from automagic.reading.setting import Setting
    from automagic.settings import Settings
    from automagic.values.script import Script

Kind = Literal["writer", "illustrator", "narrator", "ranker", "transcriber"]
Material = Literal["topic", "document"]


class VendorAccess(Protocol):
    """What a vendor is opened with; `automagic.providers.shared.vendors.Vendors` fulfils it."""

    settings: Settings

    @property
    def http(self) -> Http:
        """The run's connections."""
        ...

    @property
    def gate(self) -> Gate:
        """The chain that every call passes."""
        ...

    @property
    def prices(self) -> Prices:
        """What vendors charge."""
        ...


def engine_at(place: str) -> Callable[[Settings], Any]:
    """What starts an engine of this machine, whose module is imported only then.

    Args:
        place: Of its class, below automagic.providers.local: "kokoro.engine:KokoroNarrator".
    """

    def start(settings: Settings) -> Any:
        from importlib import import_module

        module, _, name = place.partition(":")
        kind = getattr(import_module(f"automagic.providers.local.{module}"), name)
        return kind(settings.home, threads=settings.render_slots)

    return start


@dataclass(frozen=True, slots=True)
class Craft:
    """One kind of work that a provider does, and how it is opened. Exactly one way, or none for what needs no opening.

    Attributes:
        open: For who asks a server: opened for each run, since it spends the run's money.
        start: For an engine of this machine: started once and shared by all runs.
        write: For a writer of this machine: it needs no starting.
        write_posts: The same, of one that writes posts.
        model: The setting that names the vendor's model; it is part of the key of what is made. A writer that has one
            is a language model, which writes posts as well.
        by_default: Where it stands among those that are asked when none is named, smallest first; 0 where a person has
            to name it.
        of: For a writer: what it can write a script from; nothing where it writes posts alone.
        gives: For an illustrator: pictures that it draws from a description, photos that others made, video clips, or
            cards, which the renderer draws itself.
    """

    open: Callable[[VendorAccess], Any] | None = None
    start: Callable[[Settings], Any] | None = None
    write: Callable[[WriterBrief], Script] | None = None
    write_posts: Callable[[PostBrief], WrittenPosts] | None = None
    model: Setting[str] | None = None
    by_default: int = 0
    of: tuple[Material, ...] = ("topic", "document")
    gives: Literal["drawings", "photos", "clips", "cards"] = "drawings"


@dataclass(frozen=True, slots=True)
class Provider:
    """A vendor or an embedded engine.

    Attributes:
        name: By which a person chooses it, and by which it stands in keys and in the journal.
        kinds: What it does.
        needs: The setting without which it cannot work; None when it needs none.
        base_url: The setting that names another server than the vendor's own.
        own_server: What such a server is spared: on this machine it costs nothing ("free"); it may also want no key
            ("free, keyless").
        paid: Whether its work costs money: by data/prices.toml, under its name, or by `prices`.
        prices: Its prices where data/prices.toml has none, in the same form below the name: {"text": {"model": …}}.
        account: Whose key and connection it uses, where that is another provider; "" for its own.
        settings: All that it reads, in the order of `.env.example`.
        place: Where it stands in lists, smallest first.
    """

    name: str
    kinds: Mapping[Kind, Craft]
    needs: Setting[Any] | None = None
    base_url: Setting[str] | None = None
    own_server: Literal["", "free", "free, keyless"] = ""
    paid: bool = False
    prices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    account: str = ""
    settings: tuple[Setting[Any], ...] = ()
    place: int = 100

    @property
    def network(self) -> bool:
        """Whether it asks a server."""
        return any(craft.open is not None for craft in self.kinds.values())

    def model(self, kind: Kind, settings: Settings) -> str:
        """The vendor's name of the model that does this; "" where there is none."""
        craft = self.kinds.get(kind)
        return settings[craft.model] if craft and craft.model else ""

    def server(self, settings: Settings) -> str:
        """The person's own choice of a server; "" for the vendor's."""
        return settings[self.base_url] if self.base_url else ""

    def lacks(self, settings: Settings) -> Setting[Any] | None:
        """The setting that it needs and that is missing."""
        if "keyless" in self.own_server and self.server(settings):
            return None
        return self.needs if self.needs and not settings[self.needs] else None

    def is_free(self, settings: Settings) -> bool:
        """Whether what a paid vendor does costs nothing: a server on this machine that speaks its protocol."""
        from automagic.gate.prices import is_local

        server = self.server(settings)
        return "free" in self.own_server and bool(server) and is_local(server)

    def prices_for(self, access: VendorAccess) -> Prices | None:
        """What its work costs; None where it costs nothing."""
        return None if self.is_free(access.settings) else access.prices

    def open_account(self, access: VendorAccess, api: VendorApi) -> Account:
        """The account of one that asks a server by a key."""
        return api.open(
            access.http,
            access.gate,
            key=access.settings[self.needs] if self.needs else None,
            base_url=self.server(access.settings),
            prices=self.prices_for(access),
        )

    def allowed(self, settings: Settings) -> Allow:
        """Where its files may come from: the public internet; this machine too when the person's server is on it."""
        from automagic.gate.prices import is_local
        from automagic.machine.addresses import is_public

        server = self.server(settings)
        if server and is_local(server):
            return lambda address: is_public(address) or address.is_loopback
        return is_public
