"""The extractive writer."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.language.speech.pace import PAUSE_S, WORDS_PER_S
from automagic.language.speech.spoken import spoken_sentences
from automagic.language.text.sentences import split_sentences
from automagic.providers.local.extract.engine import write_script
from automagic.providers.local.extract.filter import usable_sentences
from automagic.providers.local.extract.heads import head_of
from automagic.providers.local.extract.leaning import leans_on_previous
from automagic.providers.local.extract.rows import row_text
from automagic.providers.local.extract.telling import STRETCH, Told
from automagic.providers.local.extract.unit import Unit, leant_on
from automagic.providers.local.extract.units import build_units, sentences_to_parse, unlinked
from automagic.sources.text import read_document
from automagic.values.document import Document, Mark
from tests.support.places import DATA
from tests.support.texts.trees import parse

PLANTS = Document(
    "How to repot a houseplant",
    (
        "By Jane Miller",
        "Most houseplants die from too much water, not too little. A pot without a drainage hole is the usual reason.",
        "You will need the following:",
        "a pot one size larger",
        "1. Water the plant one day before you repot it.",
        "2. Turn the pot on its side and slide the plant out gently. If the roots circle the pot, loosen them.",
        "3. Put two inches of fresh soil into the new pot. As shown in Figure 2, the root ball sits below the rim.",
        "4. Fill the gaps with soil and press lightly. Do not pack the soil hard, because roots need air.",
        "Spring is the best time to repot, since plants grow fastest when days get longer [3].",
        "A plant may droop for a week after the move. This is normal. Keep it out of direct sun until it recovers.",
        "Subscribe to our newsletter. We use cookies to improve your experience.",
        "| soil | price |\n|---|---|",
        "From: jane@example.com",
        "In short, give roots room, air, and less water than you think.",
    ),
    "repot.md",
    author="Jane Miller",
)


def seconds(text: str) -> float:
    sentences = spoken_sentences(text)
    return sum(len(t.spoken) for s in sentences for t in s.tokens) / WORDS_PER_S + PAUSE_S * len(sentences)


def test_every_sentence_is_the_documents_own_and_says_where_it_stood() -> None:
    script = write_script(PLANTS, duration_s=40)
    for scene in script.scenes:
        for origin in scene.origins:
            assert origin.sentence in PLANTS.paragraphs[origin.paragraph]
            assert origin.location == "repot.md"
    assert script.writer == "extract"
    assert script.sources[0].author == "Jane Miller"
    assert script.sources[0].paragraphs == ()


def test_it_opens_with_the_promise_keeps_the_order_and_tells_every_step() -> None:
    script = write_script(PLANTS, duration_s=40)
    assert script.scenes[0].text == "How to repot a houseplant."
    assert script.scenes[-1].text == "In short, give roots room, air, and less water than you think."
    places = [origin.paragraph for scene in script.scenes for origin in scene.origins]
    assert places == sorted(places)
    told = " ".join(scene.text for scene in script.scenes)
    for step in ("Water the plant", "Turn the pot", "loosen them", "Fill the gaps", "Do not pack the soil"):
        assert step in told


@pytest.mark.parametrize("duration_s", [15.0, 30.0, 40.0])
def test_it_fills_the_time_and_takes_little_more_for_its_promise(duration_s: float) -> None:
    script = write_script(PLANTS, duration_s=duration_s)
    length = sum(seconds(scene.text) for scene in script.scenes)
    assert 0.7 * duration_s <= length <= (STRETCH + 0.1) * duration_s  # the title is said as well


def test_boilerplate_pointers_and_fragments_are_left_out() -> None:
    told = " ".join(sentence.text for sentence in usable_sentences(PLANTS))
    for unwanted in (
        "Jane Miller",
        "following",
        "Figure 2",
        "newsletter",
        "cookies",
        "|",
        "example.com",
        "[3]",
        "one size",
    ):
        assert unwanted not in told


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("However, this changes everything.", True),
        ("She added that the work would start.", True),
        ("It was built in 1932.", True),
        ("These cells attack tumors.", True),
        ("The state will pay 60% of that sum.", True),
        ("For example, bees dance.", True),
        ("It takes ten days to reach the Moon.", False),
        ("The company said it would pay.", False),
        ("People who sleep well say they live longer.", False),
        ("In short, drink less coffee.", False),
        ("This year will be warm for farmers.", True),
        ("Scientists measured this for the first time in 2018.", True),
        ("The difference stretches the ocean into two bulges.", True),
        ("The result is a bridge that moves.", True),
        ("The tide, at least, comes later every day.", True),
        ("The second takes the salt out.", True),
        ("Both pull on the sea.", True),
        ("The Sun pulls on the sea, too.", True),
        ("The Sun also pulls on the sea.", True),
        ("The difference between the two tides is six hours.", False),
        ("Both the Sun and the Moon pull on the sea.", False),
        ("Both Sun and Moon pull on the sea.", False),
        ("The Moon pulls on the sea.", False),
        ("One of them, Mary Shelley, began to write.", True),
        ("My daughter does.", True),
        ("My daughter does the washing.", False),
    ],
)
def test_sentences_that_need_the_one_before_are_known(sentence: str, leans: bool) -> None:
    assert leans_on_previous(sentence) is leans


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Take `a[1]` of the longer list first.", "Take a[1] of the longer list first."),
        ("The sum of `row_sums[2]` and f(x)[1] is shown.", "The sum of row_sums[2] and f(x)[1] is shown."),
        ("The machine then sets `items[1] = 5` for you.", "The machine then sets items[1] = 5 for you."),
        ("The city[1] grew fast until 2020.[4–6][2]", "The city grew fast until 2020."),
        ("Vitamin C[3] keeps the skin[a] of sailors whole.", "Vitamin C keeps the skin of sailors whole."),
    ],
)
def test_a_mark_of_a_citation_goes_and_an_index_in_code_stays(written: str, told: str) -> None:
    document = read_document(f"# T\n\n{written}".encode(), location="a.md")
    assert [sentence.text for sentence in usable_sentences(document)] == [told]


def test_what_leans_on_a_sentence_is_told_right_after_it() -> None:
    for take in range(1, 6):
        texts = [s.text for s in write_script(PLANTS, duration_s=45, take=take).scenes]
        told = " ".join(texts)
        if "This is normal." in told:
            assert "after the move. This is normal." in told


BRIDGE = Document(
    "The old bridge of Sorn",
    (
        "The repair took six years and cost more than anybody had feared.",
        "A flood can lift a stone bridge off its feet. The bridge of Sorn has survived 40 floods in 300 years.",
        "Divers look at the piers every spring. When a diver has gone down, the crane stops. It waits.",
        "A forgotten crack can kill a bridge in one winter, and nobody sees it coming.",
        "A bridge lives as long as somebody looks after it.",
    ),
    "bridge.md",
)


def test_a_title_names_what_the_first_sentence_takes_for_known() -> None:
    for duration_s in (15, 30, 45):
        assert write_script(BRIDGE, duration_s=duration_s).scenes[0].text == "The old bridge of Sorn."


def test_it_closes_on_what_holds_and_not_on_a_warning() -> None:
    script = write_script(BRIDGE, duration_s=30)
    assert script.scenes[-1].text == "A bridge lives as long as somebody looks after it."


def test_a_step_that_goes_on_from_the_sentence_before_is_told_after_it() -> None:
    when = next(s for s in usable_sentences(BRIDGE) if s.text.startswith("When a diver"))
    assert when.leans


def test_takes_differ_and_are_repeatable() -> None:
    canal = read_document(shipped("samples/panama-canal.md").read_bytes(), location="a.md")
    takes = [write_script(canal, duration_s=45, take=take) for take in (1, 2, 3)]
    assert len({tuple(scene.id for scene in script.scenes) for script in takes}) == 3
    assert takes[1] == write_script(canal, duration_s=45, take=2)


def test_a_take_of_what_the_promise_asks_for_says_that_there_is_no_other() -> None:
    steps = Document("How to fry an egg", ("Heat the pan.", "Break the egg.", "Fry it for 3 minutes."), "egg.md")
    assert any("no other selection" in notice for notice in write_script(steps, duration_s=20, take=2).notices)


def test_a_text_too_short_says_so() -> None:
    script = write_script(replace(PLANTS, paragraphs=PLANTS.paragraphs[:2]), duration_s=60)
    assert "shorter" in script.notices[1]


def test_a_short_text_is_told_with_what_leans_on_the_paragraph_before() -> None:
    herons = ("Herons came back on Monday.", "Rangers counted them at dawn.", "They stay until March.")
    script = write_script(Document("Herons", herons, "three.md"), duration_s=45)
    assert tuple(sentence for scene in script.scenes for sentence in split_sentences(scene.text)) == herons
    assert not any("Not narrated" in notice for notice in script.notices)


def test_what_a_short_text_loses_is_named() -> None:
    paragraphs = ("Herons came back on Monday.", "Write to anna@example.org before you come.")
    notices = write_script(Document("Herons", paragraphs, "a.md"), duration_s=45).notices
    assert "1 sentence that cannot be said" in notices[2]
    assert "“Write to anna@example.org before you come.”" in notices[2]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hi", "नदी के किनारे पक्षी लौट आए हैं।"),
        ("hi", "सोमवार को कीमत ₹5 लाख थी।"),
        ("ur", "آج صبح پرندے واپس آئے۔"),
        ("ar", "هل رأيت الطائر في النهر؟"),
        ("ja", "料金は¥1,200です。"),
        ("de", "Der Ranger sagt: „Sie bleiben alle hier.“"),
    ],
)
def test_a_sentence_of_any_script_is_told(language: str, text: str) -> None:
    script = write_script(Document("T", (text,), "t.md"), duration_s=30, language=language)
    assert [scene.text for scene in script.scenes] == [text]


@pytest.mark.parametrize("paragraphs", [(), ("",), ("Menu", "HOME ABOUT CONTACT SHOP BLOG"), ("😀😀",), ("{x: 1};",)])
def test_a_text_without_sentences_is_refused(paragraphs: tuple[str, ...]) -> None:
    with pytest.raises(RequestError, match=r"odd\.txt"):
        write_script(Document("T", paragraphs, "odd.txt"), duration_s=30)


def test_other_languages_are_told_too() -> None:
    german = Document(
        "Schlaf",
        (
            "Der Schlaf reinigt das Gehirn. Viele Menschen schlafen weniger als sieben Stunden in der Nacht.",
            "Wer gut schläft, denkt am nächsten Tag besser. Am Ende zählt die Ruhe mehr als jede Tablette.",
        ),
        "schlaf.txt",
    )
    assert len(write_script(german, duration_s=30, language="de").scenes) >= 3


CODE = "<p>We changed how all our pages are linked last week.{}</p><p>Nobody had to wait for it, and that is good.</p>"


@pytest.mark.parametrize(
    "code",
    ["&lt;link rel=next&gt;", "&lt;b&gt;", "git add .", "Vec&lt;int&gt;", "--fast", "a.b(c)", "$HOME", "[x]", "{a: 1}"],
)
def test_a_sentence_with_code_is_told_whole_or_not_at_all(code: str) -> None:
    shown = f"Use {html.unescape(code)} for your own pages and never wait."
    marked = f"We changed how it works. Use `{html.unescape(code)}` for your own pages and never wait."
    page = CODE.format(f" Use <code>{code}</code> for your own pages and never wait. That is all.")
    for written, location in ((f"<html><body><article>{page}</article></body></html>", "a.html"), (marked, "a.md")):
        document = read_document(written.encode(), location=location)
        assert any(shown in paragraph for paragraph in document.paragraphs)
        told = [sentence.text for sentence in usable_sentences(document)]
        assert not any("your own pages" in sentence and sentence != shown for sentence in told)


def test_a_row_of_a_table_and_an_amount_are_no_sentences() -> None:
    rows = ("It is good bread.", "Years you stay: 10; Chance of a flood: 10 %.", "2 cups ground yellow cornmeal.")
    document = Document("T", rows, "a.md", marks=(Mark(), Mark("row"), Mark("item", level=1)))
    assert [sentence.text for sentence in usable_sentences(document)] == ["It is good bread."]


ROWS = [line.split("\t") for line in (DATA / "rows.tsv").read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("head", "row", "said"), ROWS)
def test_a_row_is_read_out_with_the_head_of_each_value(head: str, row: str, said: str) -> None:
    small = {"neap", "spring", "stale", "pencils", "me", "fixed"}
    assert row_text(row, Mark("row", head=head), small.__contains__) == said


def test_who_wrote_a_text_is_not_told_as_its_end() -> None:
    paragraphs = ("Herons came back on Monday.", "Ada Moss writes about birds and rivers.")
    script = write_script(Document("Herons are back", paragraphs, "a.md"), duration_s=30)
    assert not any("Moss" in scene.text for scene in script.scenes)


def test_a_fragment_is_told_for_its_figure_or_for_a_verb_that_only_its_tree_shows() -> None:
    texts = (
        "Up to 6 hours at full brightness.",
        "A lamp for the tent and the canoe.",
        "Kestrel files for bankruptcy in spring.",
    )
    trees = dict(zip(texts, parse(*texts), strict=True))
    units = build_units(Document("Lamp 3", texts, "lamp.md"), "en", trees)
    assert [unit.sentence.text for unit in units] == [texts[0], texts[2]]


def test_a_noun_with_all_verbs_beside_it_is_no_sentence() -> None:
    texts = (
        "A man in a very good suit who took off his jacket, folded it, and said that he'd had lessons for six years.",
        "The man in a very good suit took off his jacket.",
    )
    units = build_units(Document("Piano", texts, "p.md"), "en", dict(zip(texts, parse(*texts), strict=True)))
    assert [unit.sentence.text for unit in units] == [texts[1]]


def test_what_is_needed_is_one_list_without_the_remarks_on_it() -> None:
    text = (
        "# A jacket\n\n## What you need\n\n- a rag\n- a pan, to stand the tin in\n- newspaper. More than you think.\n\n"
    )
    text += "The jacket is 17 years old and leaks."
    script = write_script(read_document(text.encode(), location="jacket.md"), duration_s=40, kind="how-to")
    assert "What you need: a rag, a pan, to stand the tin in, and newspaper." in [one.text for one in script.scenes]


@pytest.mark.parametrize(
    "sentence",
    [
        "Come before sunset and you will see the lamps.",
        "A copyright you gave away is gone for good.",
        "Below 40°F he needs a coat.",
        "In the following year sick days fell by 31 %.",
    ],
)
def test_what_only_sounds_like_a_pointer_or_a_notice_is_told(sentence: str) -> None:
    assert [one.text for one in usable_sentences(Document("Lamps", (sentence,), "lamps.md"))] == [sentence]


def test_a_person_leans_on_the_sentence_that_names_her_whatever_came_between() -> None:
    texts = (
        "Winifred Askerley tuned pianos for 38 years.",
        "The key went down with a dull thud.",
        "She drew it out with care.",
        "Then the vicar spoke.",
        "She played a single note.",
    )
    trees = dict(zip(texts, parse(*texts), strict=True))
    units = build_units(Document("The letter", (" ".join(texts),), "letter.md"), "en", trees)
    assert [leant_on(units, index) for index in (2, 4)] == [0, 3]


def test_a_head_is_said_once_for_its_part() -> None:
    text = (
        "# A short history of the mill\n\n## The fire (1803)\n\nThe mill burned on May 3. Four people died in "
        "the fire. The owner rebuilt it in 14 months.\n\n## The end (1971)\n\nThe last 12 workers left.\n\n"
        "## A museum (1988)\n\nIn 1988 the mill was opened as a museum. The saws still turn."
    )
    script = write_script(read_document(text.encode(), location="mill.md"), duration_s=40, kind="history")
    told = " ".join(scene.text for scene in script.scenes)
    assert told.count("The fire (1803).") == told.count("The end (1971).") == 1
    assert "A museum (1988)." not in told  # the first sentence under it says when


def test_a_text_is_told_by_one_sentence_where_none_fits() -> None:
    script = write_script(
        Document("Them", ("They are eight and they live in the house by the mill.",), "a.md"), duration_s=1
    )
    assert len(script.scenes) == 1


def test_a_fragment_is_said_with_its_head_and_not_under_a_heading_that_turns_it_round() -> None:
    text = (
        "# Mendpost is live\n\nMendpost mends toasters.\n\n## What we don't take\n\nAnything over 12 kg.\n\nRadios "
        "from before 1950.\n\n## What it costs\n\nAbout £24 for kettles."
    )
    script = write_script(read_document(text.encode(), location="m.md"), duration_s=40, kind="news")
    told = " ".join(scene.text for scene in script.scenes)
    assert "What we don't take. Anything over 12 kg." in told
    assert "Radios" not in told
    assert "What it costs. About £24 for kettles." in told


def test_a_link_that_holds_the_sentence_together_stays() -> None:
    assert unlinked("So are 140 pairs of avocets.") == ""
    assert unlinked("So the council kept the baths open.") == "The council kept the baths open."
    assert unlinked("Then came the water wheel of 1832.") == ""


@pytest.mark.parametrize(
    ("paragraph", "told"),
    [
        (
            "PORT ELLARY, 14 October – The ferry is out of service.",
            "The ferry is out of service.",
        ),
        ("Portavern, 3 March — The ferry is out of service.", "The ferry is out of service."),
        ("MADRID (EFE) – La ciudad cierra el puente viejo.", "La ciudad cierra el puente viejo."),
        (
            "On Monday, the ferry – an old one – is late.",
            "On Monday, the ferry – an old one – is late.",
        ),
    ],
)
def test_where_and_when_a_report_was_written_is_not_told(paragraph: str, told: str) -> None:
    assert [one.text for one in usable_sentences(Document("T", (paragraph,), "a.md"))] == [told]


@pytest.mark.parametrize(
    ("head", "sentence", "opens", "said"),
    [
        ("Fold it", "Ask for a price in writing.", False, "Fold it."),
        ("Repair it, if", "Ask for a price in writing.", False, ""),
        ("Question", "The machine roars in the spin.", True, ""),
        ("How it works", "The machine roars in the spin.", True, "How it works."),
        ("How it works", "The machine roars in the spin.", False, ""),
        ("What it can't do", "The machine roars in the spin.", False, "What it can't do."),
        ("Rub it in", "The machine roars in the spin.", True, "Rub it in."),
    ],
)
def test_a_head_is_said_where_it_says_something(head: str, sentence: str, opens: bool, said: str) -> None:
    place = usable_sentences(Document("T", (sentence,), "a.md"))[0]
    assert head_of(Mark(head=head, opens=opens), place, is_whole=True) == said


def test_what_holds_under_a_head_that_begins_its_sentence_is_told_behind_that() -> None:
    texts = ("Buy new, if rust is on the drum. The repair soon costs €400.",)
    units = build_units(Document("T", texts, "a.md", marks=(Mark("item", head="Buy new, if", opens=True),)), "en", {})
    assert [(unit.sentence.leans, unit.alone != "") for unit in units] == [(False, True), (True, False)]


def test_a_list_is_counted_only_from_its_first_head() -> None:
    text = "# Three habits\n\n" + "\n\n".join(
        f"## {number}. {head}\n\n{said}"
        for number, head, said in [
            (1, "Stretching", "See above."),
            (2, "Sleeping", "Six hours in one go beat eight hours in pieces."),
            (3, "Eating", "The bakers ate properly at 8 in the evening."),
        ]
    )
    script = write_script(read_document(text.encode(), location="habits.md"), duration_s=40, kind="list")
    told = " ".join(scene.text for scene in script.scenes)
    assert "Sleeping. Six hours" in told
    assert "2." not in told


HABITS = [
    ("Wipe the chain after rain.", "Water and grit left overnight turn into a paste that grinds metal away."),
    ("Listen.", "A click with every turn of the pedals is a loose bolt."),
    ("Keep it inside.", "Sun makes rubber crack, and a night of frost makes cables stiff."),
]
STEPS = [
    ("Unplug the kettle and let it cool.", "A hot kettle spits."),
    ("Fill the kettle halfway with equal parts of vinegar and water.", ""),
    ("Scrub what is left with a soft brush.", "Steel wool scratches the coating."),
]


def _told(kind: str, items: list[tuple[str, str]], mark: str = "") -> str:
    listed = [f"{number}. {mark}{head}{mark} {said}" for number, (head, said) in enumerate(items, 1)]
    text = "# What to know of it\n\nMost of them are not worn out.\n\n" + "\n".join(listed)
    script = write_script(read_document(text.encode(), location="a.md"), duration_s=40, kind=kind)
    return " ".join(scene.text for scene in script.scenes)


@pytest.mark.parametrize(
    ("kind", "items", "mark"), [("list", HABITS, "**"), ("how-to", STEPS, "")], ids=["list", "how"]
)
def test_a_list_is_counted_when_all_of_it_is_told(kind: str, items: list[tuple[str, str]], mark: str) -> None:
    told = _told(kind, items, mark)
    assert all(f"{number}. {head}" in told for number, (head, _) in enumerate(items, 1))
    assert told.count("1. ") == told.count("2. ") == told.count("3. ") == 1


def test_steps_of_which_one_is_not_told_are_not_counted() -> None:
    told = _told("how-to", [STEPS[0], ("See above.", ""), STEPS[2], ("Boil fresh water twice.", "")])
    assert STEPS[2][0] in told
    assert not any(f"{number}. " in told for number in range(1, 5))


def _units_of(text: str) -> list[Unit]:
    document = read_document(text.encode(), location="a.md")
    texts = sentences_to_parse(document, "en")
    return build_units(document, "en", dict(zip(texts, parse(*texts), strict=True)))


def test_what_answers_a_head_or_means_it_is_told_with_it_and_leans_on_nothing_above() -> None:
    units = _units_of(
        "# Dates\n\nThe shops print three dates.\n\n## The display date\n\nIt tells the staff when to bring the "
        "next crate.\n\n## Who chooses the date?\n\nThe maker does, not the state.\n\n## The end\n\nBecause most of "
        "us throw food away.\n\n## Where\n\nThey sell them in any shop."
    )
    told = {unit.sentence.text: (unit.head, unit.needs_head) for unit in units}
    assert told == {
        "The shops print three dates.": ("", False),
        "It tells the staff when to bring the next crate.": ("The display date.", True),
        "The maker does, not the state.": ("Who chooses the date?", True),
    }
    assert [leant_on(units, index) for index in range(3)] == [None, None, None]


def test_a_short_question_is_said_with_what_answers_it() -> None:
    units = _units_of(
        "# Prizes\n\nThe schools with awards had more absences. Why? Because once a child has missed one day, the "
        "prize is gone. A web version? The makers hope to have it in May."
    )
    assert [unit.sentence.asked for unit in units] == ["", "Why?", "A web version?"]
    assert [leant_on(units, 1), Told(units[2], 1.0).text] == [0, "A web version? The makers hope to have it in May."]


def test_a_question_is_told_only_with_what_is_said_after_it() -> None:
    text = "# Mill\n\nThe mill opened in 1801 in Stony Lane. Why did the owner, Ann Doe, close her mill in 1904?"
    script = write_script(read_document(f"{text} Steam was cheaper.".encode(), location="a.md"), duration_s=8)
    told = " ".join(scene.text for scene in script.scenes)
    assert ("Why did" in told) <= ("Steam was cheaper" in told)


def test_a_block_quote_is_told_with_who_says_it() -> None:
    script = write_script(
        read_document(
            b'# The Slow Oven\n\nThe book has 61 breads.\n\n> "I cooked from it for weeks." -- *Leo Marsh, The Larder*',
            location="a.md",
        ),
        duration_s=40,
    )
    told = " ".join(scene.text for scene in script.scenes)
    assert "cooked" not in told or 'Leo Marsh, The Larder: "I cooked' in told


def test_a_short_answer_is_said_between_its_question_and_what_follows() -> None:
    units = _units_of(
        "# Lifts\n\n## What does go wrong?\n\nDoors. About 70 percent of all calls are doors.\n\n## Is the old lift "
        "less safe?\n\nNo. It gets inspected every six months.\n\n## Who pays?\n\nThe tenants pay. They "
        "grumble about the bill."
    )
    assert [Told(unit, 1.0, headed=True).text for unit in units] == [
        "What does go wrong? Doors. About 70 percent of all calls are doors.",
        "Is the old lift less safe? No. It gets inspected every six months.",
        "Who pays? The tenants pay.",
        "They grumble about the bill.",
    ]
    assert [unit.leans for unit in units] == [False, False, False, True]


def test_the_steps_that_answer_a_question_are_told_under_it() -> None:
    text = "# Nine questions for Frances Bell\n\n## If I'm stuck, what should I do?\n\nThree things, in order:\n\n"
    units = _units_of(f"{text}1. Press the alarm button for five seconds.\n2. Sit down and stay put.")
    assert [unit.head for unit in units] == ["If I'm stuck, what should I do?"] * 2
    assert len({unit.group for unit in units}) == 1


def test_a_pronoun_of_the_head_is_explained_as_well_as_the_head() -> None:
    units = _units_of(
        "# A dog\n\nWe chose Gerald at a kennel.\n\n| Item | Cost |\n|---|---|\n| Food | $780 |\n\n## He doesn't know "
        "how to play\n\nFor five months he ignored every toy we bought.\n\n## The end\n\nFor a year he slept."
    )
    assert [(unit.head, unit.needs_head) for unit in units if "five" in unit.sentence.text] == [
        ("He doesn't know how to play.", True)
    ]


def test_a_yes_that_a_whole_sentence_repeats_goes() -> None:
    units = _units_of("# Two\n\nYes, the old pucks work with the new Hand. Yes, although not for long.")
    assert [unit.alone for unit in units] == ["The old pucks work with the new Hand."]


def test_of_a_table_with_a_total_that_is_worth_most() -> None:
    rows = "| Dental | $1,120 |\n| Food | $780 |\n| **Total** | **$3,265** |"
    units = _units_of(
        f"# A dog\n\nThe first year came to a lot.\n\n| Item | Cost |\n|---|---|\n{rows}\n\nHe sleeps a lot."
    )
    worth = {unit.sentence.text: unit.worth for unit in units}
    assert worth["Total: $3,265."] > 2 * max(worth["Dental: $1,120."], worth["Food: $780."])


def test_only_the_question_of_a_head_is_asked() -> None:
    units = _units_of(
        "# Lifts\n\n## Let's get it out of the way. Can the cable snap?\n\nAny rope can hold the car.\n\n## You were "
        "the first. What was that like?\n\nToday 19 women mend lifts."
    )
    assert [unit.head for unit in units] == ["Can the cable snap?", "You were the first. What was that like?"]
