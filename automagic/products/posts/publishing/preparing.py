"""A draft made ready for each account: its thread, cut and checked by the account's own limits, and what it costs.

    draft ─▶ networks, each opened ─▶ parts ─▶ check ─▶ journal: there already? ─▶ price

What cannot be published at one network stops no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from automagic.destinations.shared.accounts import open_network
from automagic.destinations.shared.network import (
    Attachment,
    NetworkAccount,
    PostNetwork,
    PostThread,
    PublishedPart,
)
from automagic.destinations.shared.published_posts import Beginning, PublishedPosts
from automagic.destinations.shared.registry import Target
from automagic.errors import AutomagicError, RequestError
from automagic.language.posts.check import FindingCode, check_post
from automagic.language.posts.counting.length import measure
from automagic.language.posts.threads import split_thread
from automagic.machine.leaving import in_thread
from automagic.products.posts.publishing.drafts import StoredDraft
from automagic.products.posts.publishing.pictures import ReadCard, add_picture, fit_pictures
from automagic.products.posts.publishing.result import Posting, PostingState, ShownPost
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.publishing import network_access
from automagic.values.events import StepProgress

_DOUBTFUL: frozenset[FindingCode] = frozenset({"invisible_character", "lookalike"})
"""What the person is told of; all else is refused."""


@dataclass(frozen=True, slots=True)
class DraftToSend:
    """What is published, whatever the network.

    Attributes:
        folder: For what is made of its pictures on the way.
        again: Anew, though it is there already.
    """

    draft: StoredDraft
    folder: Path
    attachments: tuple[Attachment, ...] = ()
    card: ReadCard | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class ReadyThread:
    """A thread that can be published.

    Attributes:
        beginning: What the journal says of it.
        price_usd: Of what is still to be sent.
        notices: What the person should know of the text.
    """

    target: Target
    network: PostNetwork
    account: NetworkAccount
    thread: PostThread
    beginning: Beginning
    price_usd: Decimal
    notices: tuple[str, ...] = ()

    def posting(self, material: DraftToSend, state: PostingState, parts: Sequence[PublishedPart] = ()) -> Posting:
        """What it came to.

        Args:
            parts: Those that are there, by this run; the journal's are added.
        """
        known = {row.part: (row.remote_id, row.url, False) for row in self.beginning.rows if row.state == "published"}
        known |= {one.part: (one.remote_id, one.url, one.new) for one in parts}
        posts = []
        for part, text in enumerate(self.thread.parts, 1):
            size = measure(text, self.account.network, self.account.limits)
            posts.append(ShownPost(part, text, size.length, size.limit, size.unit, *known.get(part, ("", "", False))))
        notices = (*self.notices, *(notice for one in parts for notice in one.notices))
        return Posting(
            str(material.draft.place),
            self.target.kind,
            self.account.name,
            state,
            tuple(posts),
            self.price_usd,
            sum((one.cost_usd for one in parts), Decimal(0)),
            notices=notices,
        )


def lost(target: Target, material: DraftToSend, error: AutomagicError) -> Posting:
    """What cannot be published, before its thread is made."""
    return Posting(str(material.draft.place), target.kind, target.place, "failed", error=error)


async def make_ready(target: Target, material: DraftToSend, run: Run[Services]) -> ReadyThread:
    """Open an account and make the thread for it.

    Raises:
        ConfigurationError: Nobody is signed in there.
        RequestError: It cannot be published there, or is there in another form.
        VendorError: The network cannot be reached.
    """
    services = run.services

    def progress(fraction: float) -> None:
        run.emit(StepProgress("publish", target.kind, fraction))

    network = open_network(target, network_access(services, progress))
    account = await network.open()
    draft = material.draft
    parts = await in_thread(make_parts, draft, account)
    notices = check_parts(parts, account, alts=[one.alt for one in material.attachments])
    if lacking := sum(not one.alt.strip() for one in material.attachments):
        what = "1 picture or video has" if lacking == 1 else f"{lacking} pictures or videos have"
        notices = (*notices, f"{what} no description: people who do not see them miss what they show.")
    attachments, told = await in_thread(fit_pictures, material.attachments, account, material.folder)
    card = material.card.card if material.card else None
    thread = PostThread(run.id, parts, datetime.now(UTC), draft.language, attachments, card, draft.generated)
    journal = PublishedPosts(services.store.engine)
    beginning = await in_thread(journal.look, account, thread, draft.place, again=material.again)
    thread = replace(thread, variant=beginning.variant, written_at=beginning.begun_at)
    price = Decimal(0)
    remarks: list[str] = []
    if not beginning.is_done:
        notices = (*notices, *told)
        if material.card:
            card, told = await add_picture(material.card, account, material.folder)
            thread, notices = replace(thread, card=card), (*notices, *told)
        for call in network.calls(account, thread):
            price += (await in_thread(services.vendors.quote, call, "")).usd
            remarks += [call.remark] if call.remark else []
    return ReadyThread(target, network, account, thread, beginning, price, (*notices, *dict.fromkeys(remarks)))


def make_parts(draft: StoredDraft, account: NetworkAccount) -> tuple[str, ...]:
    """The posts of its thread: as its writer has divided it, else as the account's limits ask for.

    Raises:
        RequestError: It is too long for any thread.
    """
    written = draft.parts.get(account.network) or draft.parts.get("")
    if written:
        return tuple(part.strip() for part in written)
    parts = split_thread(draft.text, account.network, limits=account.limits, language=draft.language or "en")
    return parts or ("",)


def check_parts(parts: Sequence[str], account: NetworkAccount, *, alts: Sequence[str] = ()) -> tuple[str, ...]:
    """What the person should know of these posts.

    Raises:
        RequestError: One cannot be published as it is.
    """
    limits = {account.network: account.limits}
    notices: list[str] = []
    faults: list[str] = []
    for number, text in enumerate(parts, 1):
        which = f"Post {number}: " if len(parts) > 1 else ""
        for finding in check_post(text, [account.network], limits).findings:
            (notices if finding.code in _DOUBTFUL else faults).append(f"{which}{finding.message}")
    for alt in alts:
        found = check_post(alt, [], {}).findings
        faults += [f"A picture's description: {one.message}" for one in found if one.code == "secret"]
    if faults:
        raise RequestError(
            f"it cannot be published at {account.limits.label} as it is. {' '.join(faults)}", hint="Edit the draft."
        )
    return tuple(notices)
