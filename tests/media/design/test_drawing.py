"""The fence around drawing: a child that dies or never ends is a clear error, and a theme sees its values only."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from automagic.errors import ConfigurationError, MediaError
from automagic.media.design import drawing
from automagic.media.design.drawing import Pool
from automagic.media.design.theme_files import load_theme
from tests.support.media.sample_cards import BRAND, CARDS, SMALL, draw, own_theme
from tests.support.places import ROOT


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Children of `dying_drawer`."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = Pool("tests.support.programs.dying_drawer")
    yield made
    made.close()


def test_a_child_that_dies_is_a_media_error_and_the_next_call_has_another(pool: Pool) -> None:
    assert pool.call("draw", "The card", text="a") == "A"
    first = pool.idle_pids()
    with pytest.raises(MediaError, match=r"The card could not be drawn: its process was ended by signal 11"):
        pool.call("die", "The card", how=-signal.SIGSEGV)
    with pytest.raises(MediaError, match="its process ended with exit code 3"):
        pool.call("die", "The card", how=3)
    assert pool.call("draw", "The card", text="b") == "B"
    assert pool.idle_pids() != first


def test_a_child_that_works_without_end_is_ended(pool: Pool) -> None:
    with pytest.raises(MediaError, match="more than 20 s of processor time"):
        pool.call("work", "The card")
    assert pool.idle_pids() == set()


def test_a_child_that_waits_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    impatient = Pool("tests.support.programs.dying_drawer", call_s=2)
    with pytest.raises(MediaError, match="longer than 2 s"):
        impatient.call("wait", "The card")
    assert impatient.idle_pids() == set()


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="macOS does not bound address space")
def test_a_child_that_needs_too_much_memory_is_ended(pool: Pool) -> None:
    with pytest.raises(MediaError, match="more than 2 GB of memory"):
        pool.call("swell", "The card")
    assert pool.call("draw", "The card", text="a") == "A"


def test_calls_from_many_threads_share_few_children(pool: Pool) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(pool.call("draw", "A card", text=f"a{n}"))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [f"A{number}" for number in range(8)]
    assert 1 <= len(pool.idle_pids()) <= drawing.CHILDREN


WRONG = {
    "{{ theme.folders }}": "folders",
    "{{ page.headline.moved }}": "moved",
    "{{ page.headline.box.__class__ }}": "__class__",
    "{{ card.headline.upper() }}": "upper",
    "{{ random.random.__self__ }}": "__self__",
    "{{ random.seed(1) }}": "seed",
    "{{ range.__init__ }}": "__init__",
    "{{ lipsum() }}": "lipsum",
    "{{ nothing.__class__ }}": "'nothing' is undefined",
    "{{ nothing._undefined_hint }}": "'nothing' is undefined",
    "{% macro own() %}{% endmacro %}{{ own.name }}": ".name",
    "{{ [card]|join(attribute='__class__') }}": "__class__",
    "{{ '{0.__class__}'.format(card) }}": "format",
    "{{ self._TemplateReference__context }}": "Template",
    "{{ cycler('a').next() }}": "cycler",
    "{{ 'a' * 20000 }}": "repeats a text",
    "{{ 9 ** 99999 }}": "power",
    "{{ '%99999s' % 'a' }}": "formats",
    "{% for a in range(20000) %}{% endfor %}": "10000 rounds",
    "{% for a in range(9999) %}{{ 'x' * 999 }}{% endfor %}": "more than 2 MB",
    "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}": "without end",
    "{% include 'other.svg' %}": "no template 'other.svg'",
    "{% include '/etc/hostname' %}": "no template",
    "{% import '../mine/theme.toml' as other %}": "no template",
    "{% include '../mine/statement.svg' %}": "no template",
    "{% extends '/etc/hostname' %}": "no template",
    "{{ card|attr('headline') }}": "attr",
    "{{ [card]|map(attribute='headline')|list }}": "map",
    "{{ 1 / 0 }}": "division by zero",
    "{{ page.headline + 1 }}": "unsupported",
    "<g>" * 80 + "</g>" * 80: "nested deeper",
    "<rect": "not valid XML",
    "<foreignObject/>": "foreignObject",
    "<rect style='fill: url(other.svg#a)'/>": "points outside",
    "<rect fill='url(http://example.org/a)'/>": "points outside",
    "<feImage href='picture.png'/>": "feImage",
    "<a href='https://example.org'><rect/></a>": "points outside",
}


@pytest.mark.parametrize("template", WRONG)
def test_what_a_template_may_not_do_is_said_with_theme_file_and_line(tmp_path: Path, template: str) -> None:
    mine = load_theme(str(own_theme(tmp_path / "mine", statement=f"<g/>\n\n{template}\n")))
    with pytest.raises(ConfigurationError) as caught:
        draw(CARDS[2], mine)
    message = caught.value.message
    assert "theme 'mine'" in message
    assert "statement.svg, line 3" in message
    assert WRONG[template] in message


def test_an_error_in_a_macro_names_the_macro_s_file(tmp_path: Path) -> None:
    folder = own_theme(
        tmp_path / "mine",
        statement='{% import "own.svg" as own with context %}\n{{ own.mark() }}\n',
        own="{% macro mark() %}\n<g/>\n{{ card.nothing }}\n{% endmacro %}\n",
    )
    with pytest.raises(ConfigurationError, match=r"theme 'mine'.*own\.svg, line 3.*nothing"):
        draw(CARDS[2], load_theme(str(folder)))


@pytest.mark.parametrize("name", ["statement.svg", "theme.toml", "Own.ttf"])
def test_a_link_that_leads_out_of_a_theme_is_refused(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text('label = "x"\n')
    folder = own_theme(tmp_path / "mine", '[fonts]\nheadline = { family = "Own.ttf", weight = 400 }\n')
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)
    with pytest.raises(ConfigurationError, match=rf"{name} of the theme 'mine' leads out of its folder"):
        load_theme(str(folder))


def test_a_link_within_a_theme_is_followed(tmp_path: Path) -> None:
    folder = own_theme(tmp_path / "mine", title="<g/>")
    (folder / "statement.svg").symlink_to(folder / "title.svg")
    assert load_theme(str(folder)).templates["statement.svg"] == "<g/>"


def test_a_pipe_in_place_of_a_template_is_refused_without_waiting(tmp_path: Path) -> None:
    folder = own_theme(tmp_path / "mine")
    os.mkfifo(folder / "statement.svg")
    with pytest.raises(ConfigurationError, match="not a plain file"):
        load_theme(str(folder))


def test_a_theme_s_card_leaves_no_file_behind(tmp_path: Path) -> None:
    folder = own_theme(tmp_path / "mine", statement='<rect width="9" height="9"/>')
    before = sorted(tmp_path.rglob("*"))
    draw(CARDS[2], load_theme(str(folder)), brand=BRAND)
    assert sorted(tmp_path.rglob("*")) == before
    assert SMALL.width > 0
