"""Nothing false is said or shown: every number, name, date, condition and denial is traced to its sentence.

The texts are composed by chance of sentences whose truth is known (data/composed.toml), or the project's own. The
tracer has rules of its own and calls none of those that it judges.
"""

from __future__ import annotations

import pytest

from automagic.data import shipped
from automagic.sources.text import read_document
from tests.support.places import DATA, ROOT
from tests.support.texts.composed import compose
from tests.support.texts.told import tell
from tests.support.texts.traced import broken_claims, falsehoods_of
from tests.support.texts.tracing import align, false_parts, tokens_of
from tests.support.texts.trees import parse

TEXTS = sorted(
    [
        *(one for one in (DATA / "promises" / "worked_on").iterdir() if one.suffix in {".md", ".html"}),
        *shipped("samples").glob("*.md"),
        ROOT / "examples" / "article.md",
    ]
)


def found_in(seed: int, duration_s: float) -> list[object]:
    text = compose(seed)
    told = tell(read_document(text.text.encode(), location=text.name), duration_s)
    return [*falsehoods_of(told), *broken_claims(text, told)]


@pytest.mark.parametrize("seed", range(9))
def test_a_short_script_of_each_kind_says_nothing_false(seed):
    assert not found_in(seed, 12.0)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(9, 144, 9))
@pytest.mark.parametrize("duration_s", [20.0, 60.0])
def test_scripts_of_each_kind_say_nothing_false(first, duration_s):
    assert not [one for seed in range(first, first + 9) for one in found_in(seed, duration_s)]


@pytest.mark.parametrize(
    ("said", "sentence", "kind"),
    [
        ("The hall will close.", "The hall will close unless the court objects.", "condition"),
        ("It rains.", "If it rains, the match is off.", "condition"),
        ("The hall is open.", "The hall is not open.", "denial"),
        ("Pumps lift the ships.", "No pumps lift the ships.", "denial"),
        ("You may enter.", "Only you may enter.", "limit"),
        ("The work costs £3 million.", "The work may cost up to £3 million.", ""),
        ("It lasts 38 hours.", "It lasts up to 38 hours.", "hedge"),
        ("The hall was built by Tom.", "Many believe the hall was built by Tom.", "claim"),
        ("The council closed.", "The council closed the bridge.", "argument"),
        ("The mill closed in 1912.", "The mill closed in 1904 and opened in 1912.", "moved"),
        ("The night fell to 5 °C.", "The night fell to -5 °C.", ""),
        ("The buses are late.", "The buses that run at night are late.", "narrowed"),
        ("The council closed the bridge.", "The council, which met in May, closed the bridge.", None),
    ],
)
def test_the_tracer_sees_what_is_false(said, sentence, kind):
    (tree,) = parse(sentence)
    places = align(said, sentence)
    if kind == "":
        assert places is None  # a word that the sentence does not have
    else:
        kinds = {one.kind for one in false_parts(said, tree, tokens_of(tree, places))}
        assert kind in kinds if kind else not kinds


@pytest.mark.soak
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.stem)
def test_the_projects_own_texts_are_told_truly(text):
    document = read_document(text.read_bytes(), location=text.name)
    if document.language not in {"", "en"}:
        pytest.skip("the tracer reads English")
    assert not falsehoods_of(tell(document))
