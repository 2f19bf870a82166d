"""From a script to shots and frames: what belongs together, and what an edit may touch."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.names.entries import NO_NAMES, NameEntry, NameList
from automagic.language.script.file import parse_script
from automagic.media.captions.words import LineRoom
from automagic.media.rendering.motion import direction_of
from automagic.products.video.camera import plan_motions
from automagic.products.video.storyboard import Storyboard, draw_storyboard, read_lines, shown_sentence
from automagic.products.video.timeline import TimedLine, line_cues, line_starts, time_line, time_shot
from automagic.values.words import Alignment, Word
from tests.support.texts.trees import parse

LONG = (
    "Between 1972 and 1974 he cut across his own back yards, with a chain saw and an eye that split whole houses open, "
    "and the drawings that he made of the cuts now hang in the museums of four different countries."
)


def board_of(*paragraphs: str) -> Storyboard:
    return board_in("# T\n\n" + "\n\n".join(paragraphs))


def board_in(text: str, names: NameList = NO_NAMES, *, trees: bool = False) -> Storyboard:
    script = parse_script(text)
    lines = read_lines(script, names)
    shown = [shown_sentence(line) for line in lines]
    known = dict(zip(shown, parse(*shown), strict=True)) if trees else {}
    return draw_storyboard(script, lines, names, trees=known)


def timed(board: Storyboard, words_per_s: float = 3.0) -> list[TimedLine]:
    lines = []
    for index, line in enumerate(board.lines):
        spoken = [token.display for token in line.sentence.tokens if token.spoken]
        step = 1 / words_per_s
        words = tuple(Word(text, place * step, place * step + step * 0.9) for place, text in enumerate(spoken))
        alignment = Alignment(words, "proportional")
        lines.append(time_line(board.lines, index, duration_s=len(spoken) * step, alignment=alignment, fps=30))
    return lines


def plain(text: str) -> str:
    """Without what a break at the end of a line adds or takes away."""
    return "".join(letter for letter in text if not letter.isspace() and letter not in "-\u00ad\u200b")


def test_each_sentence_of_ordinary_length_is_a_shot():
    board = board_of("The first one has six words. The second one has six words.", "A third stands alone here today.")
    assert [shot.text for shot in board.shots] == [line.sentence.display for line in board.lines]
    assert [shot.role for shot in board.shots] == ["opening", "body", "closing"]


def test_the_title_is_shown_for_two_seconds_and_then_what_is_said():
    board = board_of("Bees visit two million flowers for one pound of it.", "Then they rest at night.")
    title, picture, *_ = board.shots
    assert title.told == picture.told == "Bees visit two million flowers for one pound of it."
    assert f"{title.text} {picture.text}" == title.told
    assert (title.scene, title.role, picture.role) == (picture.scene, "opening", "body")
    lines = timed(board, words_per_s=2.6)
    shown = time_shot(title, board.lines, lines[:1], fps=30, room=LineRoom(20), language="en")
    assert shown.frames / 30 <= 2.3
    assert shown.frames / 30 >= 1.3  # long enough to be read


@pytest.mark.parametrize(
    "first",
    [
        "Bees fly.",  # too short for two pictures
        "Honey keeps for a very long time.",  # the title itself, which is said word by word
        "picture: bee.jpg\nBees visit two million flowers for one pound of it.",
        "Bees visit two million flowers for one pound of it.\ncard: statement | Two million",
    ],
)
def test_the_first_picture_is_one_where_two_say_no_more(first):
    board = board_in(f"# Honey keeps for a very long time\n\n{first}\n\nThey rest at night.\n")
    assert len(board.shots) == 2
    assert board.shots[0].told == board.shots[0].text


def test_a_very_short_sentence_shares_its_neighbours_shot():
    board = board_of("Why?  Because it is the only way to do it.")
    assert len(board.lines) == 2
    assert [shot.text for shot in board.shots] == ["Why? Because it is the only way to do it."]


def test_a_long_sentence_is_cut_where_its_phrases_break():
    board = board_of(LONG)
    assert len(board.lines) == 1
    assert len(board.shots) >= 2
    assert " ".join(shot.text for shot in board.shots) == LONG
    assert all(shot.text[-1] in ",." or shot.text.split()[-1].isalpha() for shot in board.shots)


def test_a_picture_changes_inside_no_date_and_before_no_bracket():
    text = (
        "The old footbridge in the lane, which some nine hundred people of the town cross each weekday, will be "
        "shut at six in the morning on Monday, March 9, 2026 (a holiday), and will not be opened again until mid-June."
    )
    shown = [shot.text for shot in board_of("This is how it begins.", text, "And here is the end.").shots]
    assert not [part for part in shown if part.endswith(("Monday,", "9,", "2026")) or part.startswith("(")]
    assert len(shown) > 3


CALENDAR = "Dimday 2 imports from any calendar that can export a file, and it can give everything back if you leave."
SEAMS = "Fill all the seams with a fine filler and sand them, or you'll see every one of them once the sun is low."
BATHS = "1881. The baths of the town open on the fourth of June with two pools, first and second class, and a laundry."
BREEDS = (
    "Greyhounds process some anesthetics more slowly than other breeds do, and their normal blood results can look "
    "alarming to anyone who isn't used to them."
)
PUCK = (
    "When a puck feels water for more than eight seconds, the Hand turns the lever by a quarter, and the water to your "
    "home stops."
)
CHEESE = "Cheddar, gouda, alpine types. Freeze? Yes. For how long: 6 months."


@pytest.mark.parametrize(
    ("text", "shots"),
    [
        (CALENDAR, [CALENDAR[: CALENDAR.index("and it")].strip(), CALENDAR[CALENDAR.index("and it") :]]),
        (SEAMS, [SEAMS]),
        (BATHS, [BATHS]),
        (CHEESE, [CHEESE]),
        (f"Two coats of matt. {SEAMS}", [f"Two coats of matt. {SEAMS}"]),
        ("The dog was all right there. It rests.", ["The dog was all right there. It rests."]),
    ],
)
def test_a_picture_changes_where_each_part_stands_for_itself(text, shots):
    board = board_in(f"# T\n\nThis is how it begins.\n\n{text}\n\nAnd here is the end.", trees=True)
    scene = board.shots[-2].scene
    assert [shot.text for shot in board.shots if shot.scene == scene] == shots


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (BREEDS, "and their normal"),
        (PUCK, "the Hand turns"),
        (
            "The council will keep the old bridge open to all of the traffic for as long as it can, or it will close.",
            "",
        ),
    ],
)
def test_a_sentence_of_many_words_is_parted_where_it_halts_and_before_nothing_that_turns_it(text, second):
    board = board_in(f"# T\n\nThis is how it begins.\n\n{text}\n\nAnd here is the end.", trees=True)
    parts = [shot.text for shot in board.shots if shot.text in text]
    assert len(parts) == (2 if second else 1)
    assert not second or parts[1].startswith(second)


def test_an_edited_sentence_changes_its_own_shot_only():
    texts = [f"Sentence number {n} says something of its own here." for n in range(8)]
    before = board_of(*texts)
    texts[3] = "This sentence has been edited by somebody just now."
    after = board_of(*texts)
    changed = [index for index, (a, b) in enumerate(zip(before.shots, after.shots, strict=True)) if a.id != b.id]
    assert changed == [4]  # of the first sentence there are two
    moves_before, moves_after = plan_motions(before, amount=1.0), plan_motions(after, amount=1.0)
    assert [i for i, (a, b) in enumerate(zip(moves_before, moves_after, strict=True)) if a != b] in ([4], [])


def test_repeated_words_still_have_names_of_their_own():
    board = board_of("Something else begins.", "The same words come again.", "The same words come again.")
    assert len({shot.id for shot in board.shots}) == len(board.shots)
    assert [shot.text for shot in board.shots[-2:]] == ["The same words come again."] * 2


def test_neighbours_never_move_alike():
    board = board_of(
        LONG, "One more sentence that follows it.", LONG + " Indeed so they do.", "The end of the story is here."
    )
    moves = [direction_of(motion) for motion in plan_motions(board, amount=1.0)]
    assert all(a != b for a, b in itertools.pairwise(moves))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=120), min_size=1, max_size=5))
def test_shots_cover_every_frame_and_every_word_once(paragraphs):
    from automagic.errors import RequestError

    try:
        board = board_of(*paragraphs)
    except RequestError:
        return
    lines = timed(board)
    total = 0
    words: list[str] = []
    heard: list[str] = []
    for shot in board.shots:
        timing = time_shot(
            shot,
            board.lines,
            [lines[span.line] for span in shot.spans],
            fps=30,
            room=LineRoom(20),
            language="en",
        )
        assert timing.frames > 0
        assert all(0 <= word.start_s < timing.frames / 30 for word in timing.words)
        heard.extend(word.text for word in timing.words)
        total += timing.frames
    assert total == line_starts(lines)[-1]
    assert heard == [word.text for line in lines for word in line.words]  # each word in one shot
    for line in lines:
        words.extend(
            word.text for cue in line_cues(line, fps=30, room=LineRoom(20), language="en") for word in cue.words
        )
    # A word that is too long for a line is shown in parts, soft hyphens only where they are used.
    said = "".join(word.text for line in lines for word in line.words)
    assert plain("".join(words)) == plain(said)


def test_the_last_words_stay_through_a_breath_and_the_sound_never_drifts():
    board = board_of(
        "One sentence of six words here. And then another sentence follows it.", "Then a new paragraph begins."
    )
    lines = timed(board)
    cues = line_cues(lines[0], fps=30, room=LineRoom(20), language="en")
    assert cues[-1].end_s == lines[0].frames / 30
    assert lines[0].sound_start_s > 0
    assert lines[1].sound_start_s == 0


def test_a_picture_never_changes_inside_a_kept_name_and_the_board_has_the_names_of_its_script():
    name = "the museums of four different countries"
    names = NameList((NameEntry(name, keep=True), NameEntry("Siobhan", say="shi-vawn", say_ipa="ʃɪˈvɔːn")))
    text = f"Siobhan hung the drawings, {name}, in {name}, and {name}, and she went to {name} to see them all again."
    board = board_in(f"# T\n\n{text}", names)
    assert board.names == names
    assert board.lines[0].sounds == (("shi-vawn", "ʃɪˈvɔːn"),)
    assert " ".join(shot.text for shot in board.shots) == text
    assert len(board.shots) > 1
    assert sum(shot.text.count(name) for shot in board.shots) == text.count(name)
    plain = board_in("# T\n\nNobody is named.", names)
    assert plain == board_in("# T\n\nNobody is named.")
