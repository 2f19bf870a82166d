"""What a job of publishing will cost, said when it is queued: from what is known here, without asking any network.

draft, each network ─▶ likely accounts ─▶ thread of each ─▶ what is not there yet ─▶ "$0.015", "$0.015 to $0.045"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa

from automagic.destinations.shared.accounts import open_network
from automagic.destinations.shared.network import Attachment, NetworkAccess, NetworkAccount, PostNetwork, PostThread
from automagic.destinations.shared.published_posts import PublishedPosts
from automagic.destinations.shared.registry import parse_network
from automagic.errors import AutomagicError
from automagic.products.posts.publishing.drafts import StoredDraft, read_attachments
from automagic.products.posts.publishing.pictures import bare_card
from automagic.products.posts.publishing.preparing import make_parts
from automagic.products.posts.publishing.request import PublishPostsRequest
from automagic.products.posts.publishing.result import show_usd
from automagic.providers.shared.vendors import Vendors
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore


def tell_prices(request: PublishPostsRequest, draft: StoredDraft, engine: sa.Engine, settings: Settings) -> list[str]:
    """What publishing a draft costs, a line for each network that takes something; why where that cannot be said."""
    vendors = Vendors(settings, ArtifactStore(settings.home / "artifacts", engine), "", lambda _event: None)
    access = NetworkAccess(vendors.http, vendors.gate, vendors.prices, engine, settings)
    lines: list[str] = []
    least = most = Decimal(0)
    for name in dict.fromkeys(request.to):
        target = parse_network(name)
        network = open_network(target, access)
        try:
            accounts = network.likely_accounts()
            attachments = read_attachments(draft)
            prices = [_price(network, one, request, draft, attachments, vendors) for one in accounts]
        except AutomagicError as error:  # the job itself says it again, with its exit code
            lines.append(f"{target.kind}: what it costs cannot be said yet: {error.message}.")
            continue
        remarks = dict.fromkeys(remark for _, found in prices for remark in found)
        low, high = min(usd for usd, _ in prices), max(usd for usd, _ in prices)
        least, most = least + low, most + high
        if high:
            whose = f" as {accounts[0].name}" if accounts[0].name else ", where nobody is signed in here"
            lines.append(f"{target.kind}{whose}: {_show(low, high)}")
            lines += (f"Note: {remark}." for remark in remarks)
    return [*lines, *_compare(least, most, request.max_cost_usd)]


def _price(
    network: PostNetwork,
    account: NetworkAccount,
    request: PublishPostsRequest,
    draft: StoredDraft,
    attachments: Sequence[Attachment],
    vendors: Vendors,
) -> tuple[Decimal, list[str]]:
    """What is still to be paid at an account, and what a person should know of that.

    Raises:
        RequestError: It cannot be published there, or is there in another form.
    """
    parts = make_parts(draft, account)
    found = bare_card(draft)
    card = found.card if found else None
    thread = PostThread("", parts, datetime.now(UTC), draft.language, tuple(attachments), card, draft.generated)
    if PublishedPosts(vendors.store.engine).look(account, thread, draft.place, again=request.again).is_done:
        return Decimal(0), []
    calls = network.calls(account, thread)
    usd = sum((vendors.quote(call, "").usd for call in calls), Decimal(0))
    return usd, [call.remark for call in calls if call.remark]


def _compare(least: Decimal, most: Decimal, allowed: Decimal | None) -> Iterator[str]:
    if most:
        yield f"Price: {_show(least, most)}"
    if allowed is not None and most > allowed:
        will = "nothing is" if least > allowed else "maybe nothing is"
        yield f"Note: that is more than --max-cost {show_usd(allowed)}: {will} published where it costs something."


def _show(low: Decimal, high: Decimal) -> str:
    return show_usd(low) if low == high else f"{show_usd(low)} to {show_usd(high)}"
