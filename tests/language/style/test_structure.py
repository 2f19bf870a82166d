"""Which structure a post has."""

from __future__ import annotations

import pytest

from automagic.language.style.structure import count_sentences, structure_of
from automagic.language.style.tokens import mask


@pytest.mark.parametrize(
    ("text", "structure"),
    [
        ("New talk is up: https://example.com/talk #testing", "link post"),
        ("Three things I learned:\n- test first\n- ship small\n- sleep", "list"),
        ("How to begin\n\n1. Read\n2. Write", "list"),
        ("✅ tested\n✅ shipped", "list"),
        ("Why we rewrote it, a thread 🧵", "thread"),
        ("Compilers are simpler than you think. 1/7", "thread"),
        ("Ever lost a day to a typo? We did.", "question"),
        ("何でしょうか？ 分かりません。", "question"),
        ("It is late. Are you still up?", "paragraph"),
        ("“Simple is better than complex.” Still true.", "quotation"),
        ("ABSURDITY, n. A statement manifestly inconsistent with one's own opinion.", "definition"),
        ("Hot take: tabs are fine. Spaces too.", "definition"),
        ("Last week I met my first user. She cried.", "story"),
        ("Once it rains it pours. Always.", "paragraph"),
        ("Ship it", "one-liner"),
        ("Version 3.2 is out.", "one-liner"),
        ("Roses are red\nviolets are blue", "lines"),
        ("It works. It is fast. It is small.", "paragraph"),
    ],
)
def test_the_first_rule_that_holds_names_it(text: str, structure: str) -> None:
    assert structure_of(text, mask(text)) == structure


@pytest.mark.parametrize(
    ("text", "count"),
    [("One. Two! Three?", 3), ("No mark", 1), ("One. And more", 2), ("Wait... what?", 2), ("v3.2 is out.", 1), ("", 1)],
)
def test_sentences_are_counted_by_their_marks(text: str, count: int) -> None:
    assert count_sentences(text) == count
