"""What is published on a network, and how a thread is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from automagic.destinations.shared.network import (
    Attachment,
    LinkCard,
    NetworkAccount,
    Partly,
    PostThread,
    PublishedPart,
    part_call,
    published,
    send_in_order,
)
from automagic.errors import Permanent
from automagic.language.posts.counting.length import limits_of

THREAD = PostThread("run-1", ("One.", "Two."), datetime(2027, 1, 31, tzinfo=UTC))
JANE = NetworkAccount("x", "42", "@jane", "https://x.com/jane", limits_of("x"))


def test_a_thread_is_known_by_what_readers_see() -> None:
    same = replace(THREAD, run_id="run-2", written_at=datetime(2027, 2, 1, tzinfo=UTC), language="en")
    assert same.content == THREAD.content
    card = LinkCard("https://example.org", "Example")
    assert replace(THREAD, card=card).content == replace(THREAD, card=replace(card, title="Another day's")).content
    picture = Attachment(Path("a.jpg"), "image/jpeg", "ab" * 32, "A bird")
    others = (
        replace(THREAD, parts=("One. Two.",)),
        replace(THREAD, attachments=(picture,)),
        replace(THREAD, attachments=(replace(picture, alt="A crow"),)),
        replace(THREAD, card=LinkCard("https://example.org", "Example")),
    )
    assert len({THREAD.content, *(one.content for one in others)}) == 5


def test_each_part_is_a_purchase_of_its_own() -> None:
    calls = [part_call(JANE, THREAD, part, Decimal("0.015")) for part in (1, 2)]
    again = part_call(JANE, replace(THREAD, run_id="run-2"), 1)
    anew = part_call(JANE, replace(THREAD, variant=2), 1)
    elsewhere = part_call(replace(JANE, id="43"), THREAD, 1)
    assert again.key() == calls[0].key()
    assert len({one.key() for one in (*calls, anew, elsewhere)}) == 4
    assert calls[0].estimate_usd == Decimal("0.015")
    assert again.estimate_usd == 0  # a purchase all the same: kept for good


def test_a_thread_that_breaks_tells_what_is_there() -> None:
    async def send(part: int, before: PublishedPart | None) -> PublishedPart:
        if part == 3:
            raise Permanent("it was refused", hint="Look.")
        assert (before.part if before else 0) == part - 1
        return PublishedPart(part, f"id-{part}", "https://example.org", new=True)

    with pytest.raises(Partly, match=r"2 of 4 posts of the thread are published; .* it was refused") as told:
        asyncio.run(send_in_order(4, send))
    assert [one.part for one in told.value.parts] == [1, 2]
    assert told.value.exit_code == 4


def test_a_thread_whose_first_part_fails_says_why() -> None:
    async def send(part: int, before: PublishedPart | None) -> PublishedPart:
        del part, before
        raise Permanent("it was refused")

    with pytest.raises(Permanent):
        asyncio.run(send_in_order(2, send))


async def test_each_part_is_told_of_as_soon_as_it_is_there() -> None:
    told: list[int] = []

    async def tell(part: PublishedPart) -> None:
        told.append(part.part)

    async def send(part: int, _before: PublishedPart | None) -> PublishedPart:
        assert told == list(range(1, part))
        return PublishedPart(part, f"id-{part}", "https://example.org", new=True)

    published.set(tell)
    await send_in_order(3, send)
    assert told == [1, 2, 3]
