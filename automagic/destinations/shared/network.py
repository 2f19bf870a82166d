"""A social network as a destination of posts: what is published there, and what a network's file has to offer.

    drafts.json ──▶ PostThread ──▶ PostNetwork.calls     what it costs, before anything is sent
                                              .publish    each part once, through the call gate
                                                 └──▶ PublishedPart for each: id, address, cost

Each part is one purchase of the call gate, free or not: its key is made of the account, the content and the place in
the thread, so that it is sent once, whoever asks for it and how often. What it will be known by (a record's name, an
idempotency key) is chosen and journaled before it is sent; when no answer comes, the network is asked for it first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from automagic.errors import AutomagicError
from automagic.language.posts.counting.length import Network, NetworkLimits

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.gate.calls import Call
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.gate.prices import Prices
    from automagic.settings import Settings
    from automagic.values.secret import Secret


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a video of a post.

    Attributes:
        path: Of the file.
        media_type: "image/jpeg", "image/png", "video/mp4" ...
        sha256: Of the file.
        alt: What it shows, for people who do not see it.
        width, height: Pixels; 0 when not known.
        duration_s: Of a video.
        captions: WebVTT of a video.
        original: The sha256 of the picture that this is a smaller copy of; "" for a file as the draft has it.
    """

    path: Path
    media_type: str
    sha256: str
    alt: str
    width: int = 0
    height: int = 0
    duration_s: float | None = None
    captions: Path | None = None
    original: str = ""

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.media_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class LinkCard:
    """How a page that a post links to is shown below it.

    Attributes:
        picture: JPEG or PNG; None for none.
    """

    url: str
    title: str
    description: str = ""
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class PostThread:
    """What is published: one post, or several of which each answers the one before.

    Attributes:
        run_id: Of the run that asks for it.
        parts: Their texts, each short enough for the network.
        written_at: When its publication was begun, with a time zone; the same when it goes on, so that records can be
            named by it.
        language: BCP-47; "" when not known.
        attachments: Of the first part: pictures, or one video.
        card: Of the first part, where it has no attachments.
        generated: Whether a machine made a picture or video of it.
        variant: 1; the next each time that it is published anew on purpose, after it was deleted or with --again.
    """

    run_id: str
    parts: tuple[str, ...]
    written_at: datetime
    language: str = ""
    attachments: tuple[Attachment, ...] = ()
    card: LinkCard | None = None
    generated: bool = False
    variant: int = 1

    @property
    def content(self) -> str:
        """The sha256 of what an author wrote, whoever asks for it: what was published is known by this.

        Of a link's card it is the address only: what the page says of itself may be another thing tomorrow. So may be
        a smaller copy of a picture, with the next release of what makes it.
        """
        seen = [
            self.parts,
            [[one.original or one.sha256, one.alt] for one in self.attachments],
            [self.card.url] if self.card else [],
        ]
        return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a picture may have; 0 where a network does not say.

    Attributes:
        bytes: Of its file.
        pixels: Width times height.
        card_bytes: Of the file that a link's card shows; 0 where the network makes its cards itself.
    """

    bytes: int = 0
    pixels: int = 0
    card_bytes: int = 0


@dataclass(frozen=True, slots=True)
class NetworkAccount:
    """Somebody's account on a network.

    Attributes:
        id: That never changes: a DID, "109…@example.social", a number.
        name: As readers know it: "jane.bsky.social", "@jane@example.social", "@jane".
        url: Of its page.
        limits: What may be posted there: an instance's own, a paying account's.
        server: The host that it lives on, where a network has many: "example.social".
        pictures: What may be attached there.
    """

    network: Network
    id: str
    name: str
    url: str
    limits: NetworkLimits
    server: str = ""
    pictures: PictureLimits = PictureLimits()


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """A part that is there.

    Attributes:
        part: Its place in the thread, from 1.
        remote_id: The network's name of it: an at:// URI, a status's or a post's id.
        url: Where readers find it.
        new: Whether it was sent now; not when it was there already.
        cost_usd: Of sending it now.
        notices: What the person should be told, such as a mention that nobody was found for.
    """

    part: int
    remote_id: str
    url: str
    new: bool
    cost_usd: Decimal = Decimal(0)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkAccess:
    """What a network's file may use.

    Attributes:
        http: The run's session, for requests that change nothing.
        gate: Everything that is posted, uploaded or deleted passes it.
        prices: What vendors charge.
        engine: Of the database.
        settings: Those that it declares are read from it.
        progress: Is told how much of an upload is done, 0..1.
    """

    http: Http
    gate: Gate
    prices: Prices
    engine: sa.Engine
    settings: Settings
    progress: Callable[[float], None] = lambda _fraction: None

    @property
    def home(self) -> Path:
        """AUTOMAGIC_HOME, where tokens are kept."""
        return self.settings.home


class SignInTalk(Protocol):
    """The person, while they sign in."""

    def show(self, text: str) -> None:
        """Tell them something: the address of a page to open."""
        ...

    def ask(self, question: str) -> str:
        """What they answer."""
        ...

    def ask_secret(self, question: str) -> Secret:
        """What they answer, unseen."""
        ...


class PostNetwork(Protocol):
    """One account on one network."""

    async def sign_in(self, talk: SignInTalk) -> NetworkAccount:
        """Ask the person for what it takes, try it, and keep it (0600).

        Raises:
            ConfigurationError: It is refused.
            VendorError: The network cannot be reached.
        """
        ...

    async def sign_out(self) -> None:
        """Take back what was granted, where the network allows it, and remove what was kept."""
        ...

    async def open(self) -> NetworkAccount:
        """The account that is signed in, after asking whether it still is.

        Raises:
            ConfigurationError: Nobody is, or not any more.
            VendorError: The network cannot be reached.
        """
        ...

    def likely_accounts(self) -> Sequence[NetworkAccount]:
        """The account as it was known last, without asking anybody; where nobody is signed in, each kind there is."""
        ...

    def calls(self, account: NetworkAccount, thread: PostThread) -> Sequence[Call]:
        """What is sent for a thread, in order, each with its price: 0 where it is free."""
        ...

    async def publish(self, account: NetworkAccount, thread: PostThread) -> Sequence[PublishedPart]:
        """Send what is not there yet, from the first missing part on.

        Raises:
            Partly: Some parts are there; doing it again goes on behind them.
            RequestError: The network does not take such a post; nothing was sent.
            BudgetError: It would cost more than allowed.
            VendorError, ConfigurationError: Nothing is there.
        """
        ...

    def forecast_delete(self) -> Decimal:
        """What taking one post back costs, in US dollars."""
        ...

    def forecast_correct(self, text: str) -> Decimal:
        """What changing a post to this text costs, in US dollars."""
        ...

    async def delete(self, account: NetworkAccount, remote_id: str) -> None:
        """Take a post back; one that is gone already is fine."""
        ...

    async def correct(self, account: NetworkAccount, remote_id: str, text: str) -> PublishedPart:
        """Change a post's text.

        Raises:
            RequestError: The network, or the account, cannot.
        """
        ...


class Partly(AutomagicError):
    """Some parts of a thread are there, and the next could not be sent; the exit code is that of its failure.

    Attributes:
        parts: What is there.
    """

    def __init__(self, parts: Sequence[PublishedPart], of: int, cause: AutomagicError) -> None:
        super().__init__(
            f"{len(parts)} of {of} posts of the thread are published; the next was not: {cause.message}",
            hint=f"{cause.hint}{' ' if cause.hint else ''}Publish again to go on behind them.",
        )
        self.parts = tuple(parts)
        self.exit_code = cause.exit_code
        self.refusal = cause.refusal


def part_call(
    account: NetworkAccount, thread: PostThread, part: int, price_usd: Decimal = Decimal(0), remark: str = ""
) -> Call:
    """The purchase of sending one part, by which the gate knows whether it was sent before.

    Args:
        part: Its place, from 1; 0 for a whole thread that is sent at once.
        price_usd: Of sending it.
        remark: What a person should know before it is sent.
    """
    from automagic.gate.calls import Call

    subject = {"account": account.id, "content": thread.content, "part": part, "of": len(thread.parts)}
    return Call(
        account.network,
        "post",
        "",
        subject,
        estimate_usd=price_usd,
        variant=thread.variant,
        findable=True,
        remark=remark,
        server=account.server,
    )


published: ContextVar[Callable[[PublishedPart], Awaitable[None]] | None] = ContextVar("published", default=None)
"""Is told of each part of a thread as soon as it is there: who publishes sets it."""


async def send_in_order(
    parts: int, send: Callable[[int, PublishedPart | None], Awaitable[PublishedPart]]
) -> list[PublishedPart]:
    """Send the parts of a thread one after the other.

    Args:
        send: Is given a part's place, from 1, and the part before it; sends nothing that is there already.

    Raises:
        Partly: A part failed, and those before it are there.
        AutomagicError: The first part failed.
    """
    done: list[PublishedPart] = []
    for part in range(1, parts + 1):
        try:
            done.append(await send(part, done[-1] if done else None))
            if tell := published.get():
                await tell(done[-1])
        except AutomagicError as error:
            if done:
                raise Partly(done, parts, error) from error
            raise
    return done
