"""The writer without a key, against a server that answers as Wikipedia does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import Permanent, RequestError, Retryable, Unknown
from automagic.providers.shared.mediawiki import user_agent
from automagic.providers.shared.script_draft import WriterBrief
from automagic.providers.wikipedia.api import Candidate, NoArticle, WikipediaWriter, rank_candidates, wiki_language
from automagic.providers.wikipedia.text import clean_paragraph, read_extract
from tests.support.servers.base import Fault
from tests.support.servers.wikimedia import WikimediaServer
from tests.support.vendors.asked_material import CONTACT
from tests.support.vendors.open_gate import Line, open_line


@pytest.fixture
def server() -> Iterator[WikimediaServer]:
    with WikimediaServer() as server:
        yield server


def writer_of(line: Line, server: WikimediaServer) -> WikipediaWriter:
    return WikipediaWriter(line.gate, line.http, contact=CONTACT, base_url=server.wikipedia)


# ---------------------------------------------------------------------------------------- finding the article


async def test_an_article_becomes_a_script_that_cites_its_revision(line, server):
    script = await writer_of(line, server).write_script("tides", duration_s=40)
    (source,) = script.sources
    assert script.writer == "wikipedia"
    assert script.title == source.title == "Tide"
    assert source.location == "https://en.wikipedia.org/wiki/Tide?oldid=1190000001"
    assert (source.licence, source.author) == ("CC-BY-SA-4.0", "Wikipedia contributors")
    assert (source.published, source.language) == ("2025-10-04", "en")
    assert len(script.scenes) >= 3
    assert all(origin.location == source.location for scene in script.scenes for origin in scene.origins)


async def test_it_is_asked_as_every_writer_is(line, server):
    written = await writer_of(line, server).write(WriterBrief(30, "en", "Tide"))
    assert written.script == await writer_of(line, server).write_script("Tide", duration_s=30)
    assert written.pictures == ("",) * len(written.script.scenes)


async def test_every_sentence_of_the_script_stands_in_the_article_and_none_in_its_references(line, server):
    writer = writer_of(line, server)
    document = (await writer.find_article("Tide")).document
    script = await writer.write_script("Tide", duration_s=90)
    text = " ".join(document.paragraphs)
    for scene in script.scenes:
        for origin in scene.origins:
            assert origin.sentence in document.paragraphs[origin.paragraph]
    for unwanted in ("references", "external page", "notes be spoken", "TYDZE", "displaystyle", "given by", "=="):
        assert unwanted not in text


async def test_an_article_says_what_each_of_its_paragraphs_is(line, server):
    document = (await writer_of(line, server).find_article("Tide")).document
    assert [(mark.kind, mark.headings) for mark in document.marks] == [
        ("text", ()),
        ("text", ("Characteristics",)),
        *[("item", ("Characteristics",))] * 3,
        ("text", ("Characteristics",)),
        ("text", ("Characteristics", "Range")),
        ("text", ("History",)),
    ]


def test_numbered_parts_of_an_article_bear_their_numbers_and_one_line_behind_a_colon_is_no_list():
    text = "== 1. Dig ==\nA hole is dug.\n\n== 2. Plant ==\nShe said:\n\nA tree goes in."
    text += "\n\nBring:\n\na spade\na bucket\n\nIt grows."
    paragraphs, marks = read_extract(text, "en")
    assert paragraphs[-3:] == ("a spade.", "a bucket.", "It grows.")
    assert [mark.kind for mark in marks][1:3] == ["text", "text"]
    assert [mark.number for mark in marks][:2] == [1, 2]


async def test_the_same_article_is_asked_for_once(line, server):
    writer = writer_of(line, server)
    await writer.write_script("Tide", duration_s=30, take=1)
    await writer.write_script("Tide", duration_s=30, take=2)
    assert len(server.calls) == 1


async def test_a_topic_in_other_words_finds_the_article_and_says_which(line, server):
    article = await writer_of(line, server).find_article("how tides work")
    assert article.document.title == "Tide"
    assert article.notices == (
        "Wikipedia has no article called “how tides work”; the text comes from its article “Tide”.",
    )


async def test_an_ambiguous_topic_takes_the_likeliest_meaning_and_names_the_others(line, server):
    script = await writer_of(line, server).write_script("mercury", duration_s=30)
    assert script.sources[0].location.startswith("https://en.wikipedia.org/wiki/Mercury_(planet)?oldid=")
    assert script.title == "Mercury"
    assert script.notices[0].startswith("“mercury” can mean several things; this is about “Mercury (planet)”.")
    assert "Mercury (element)" in script.notices[0]


async def test_naming_the_meaning_needs_no_notice(line, server):
    article = await writer_of(line, server).find_article("Mercury (element)")
    assert article.notices == ()
    assert article.document.paragraphs[0].startswith("Mercury is a chemical element")


async def test_an_ambiguous_topic_without_a_likely_meaning_lists_them(line, server):
    with pytest.raises(NoArticle, match="can mean several things") as failed:
        await writer_of(line, server).find_article("Zxq")
    assert failed.value.hint == "Name the one you mean: Zxq (band), Zxq (river)."
    assert failed.value.exit_code == 2


async def test_no_article_names_the_nearest_titles(line, server):
    with pytest.raises(NoArticle, match="no article about “rocky atmosphere drummers”") as failed:
        await writer_of(line, server).find_article("rocky atmosphere drummers")
    with pytest.raises(NoArticle) as nothing:
        await writer_of(line, server).find_article("qqqq wwww")
    assert failed.value.hint
    assert nothing.value.hint == "Use other or fewer words."


async def test_a_misspelt_topic_follows_the_search_engines_suggestion(line, server):
    article = await writer_of(line, server).find_article("mooon")
    assert article.document.title == "Moon"


async def test_an_article_without_text_is_no_article(line, server):
    with pytest.raises(NoArticle):
        await writer_of(line, server).find_article("Stub")


async def test_the_language_chooses_the_wiki(line, server):
    article = await writer_of(line, server).find_article("Gezeiten", language="de-AT")
    assert article.document.language == "de"
    assert article.document.location.startswith("https://de.wikipedia.org/wiki/Gezeiten?oldid=")
    assert "niemals" not in " ".join(article.document.paragraphs)
    assert "[" not in article.document.paragraphs[0]


async def test_a_language_without_a_wiki_is_said(line, server):
    with pytest.raises(RequestError, match="no Wikipedia in the language 'xx'"):
        await writer_of(line, server).find_article("Tide", language="xx")


@pytest.mark.parametrize("language", ["evil.example/", "en.evil", "1234", "e", "../x"])
def test_a_language_is_never_part_of_another_host(language):
    with pytest.raises(RequestError):
        wiki_language(language)


def test_some_languages_have_a_wiki_of_another_name():
    assert [wiki_language(tag) for tag in ("nb-NO", "pt-BR", "EN", "cmn")] == ["no", "pt", "en", "zh"]


async def test_every_request_names_a_contact(line, server):
    await writer_of(line, server).check()
    assert CONTACT in server.calls[0].headers["user-agent"]
    assert server.calls[0].headers["user-agent"].startswith("AutoMagic/")
    with pytest.raises(ValueError, match="neither"):
        user_agent("nobody")
    with pytest.raises(ValueError, match="neither"):
        user_agent("a@b\r\nX-Evil: 1")


def test_candidates_must_share_a_word_of_their_title():
    found = [Candidate("Gravity", "the tides work"), Candidate("Tide", "rise and fall"), Candidate("Tidal power", "x")]
    assert rank_candidates("how tides work", found, "en")[0].title == "Tide"
    assert rank_candidates("gravitational lens", [Candidate("Bay", "lens")], "en") == []


# ------------------------------------------------------------------------------------------ what goes wrong


async def test_a_busy_wiki_is_asked_again(line, server):
    server.fail(Fault(status=429, headers={"Retry-After": "0"}), times=2)
    assert (await writer_of(line, server).find_article("Tide")).document.title == "Tide"
    assert len(server.calls) == 3


async def test_an_error_with_status_200_is_told_apart(line, server):
    server.api_errors += [("maxlag", {"Retry-After": "0"}), ("ratelimited", {"Retry-After": "0"})]
    writer = writer_of(line, server)
    assert (await writer.find_article("Tide")).document.title == "Tide"
    server.api_errors.append(("badvalue", {}))
    with pytest.raises(Permanent, match="badvalue"):
        await writer.find_article("Moon")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=500, headers={"Retry-After": "0"}), Retryable),
        (Fault(status=503, headers={"Retry-After": "0"}), Retryable),
        (Fault(status=502), Unknown),
        (Fault(truncate=True), Unknown),
        (Fault(drop="after"), Unknown),
        (Fault(malformed='{"query": {"pages": [{"title"'), Permanent),
        (Fault(malformed="<!DOCTYPE html><html><body>Welcome to the hotel</body></html>"), Permanent),
        (Fault(malformed="[]"), Permanent),
        (Fault(malformed='{"query": []}'), Permanent),
    ],
)
async def test_a_wiki_that_fails_is_a_clear_error(store, server, fault, kind):
    server.fail(fault, times=10)
    async with open_line(store, retry_attempts=1) as line:
        with pytest.raises(kind) as failed:
            await writer_of(line, server).find_article("Tide")
    assert failed.value.exit_code == 4
    assert "Traceback" not in failed.value.message


async def test_what_is_wrong_is_not_kept(store, server):
    async with open_line(store, retry_attempts=1) as line:
        for body in ("<html>", '{"query": []}', "null"):
            server.fail(Fault(malformed=body))
            with pytest.raises(Permanent):
                await writer_of(line, server).find_article("Tide")
        assert (await writer_of(line, server).find_article("Tide")).document.title == "Tide"


async def test_a_wiki_that_hangs_is_given_up(store, server):
    server.fail(Fault(hang=True), times=10)
    async with open_line(store, read_s=0.3, retry_attempts=1) as line:
        with pytest.raises(Unknown):
            await writer_of(line, server).find_article("Tide")


async def test_no_network_is_said_quickly(store, server):
    async with open_line(store, retry_attempts=1) as line:
        writer = WikipediaWriter(line.gate, line.http, contact=CONTACT, base_url="http://127.0.0.1:1/{language}")
        with pytest.raises(Retryable, match="cannot be reached"):
            await writer.find_article("Tide")


# -------------------------------------------------------------------------------------------------- the text


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Nice ( NEESS; French: [nis] ; Niçard: Niça) is a city.", "Nice is a city."),
        ("Tokyo (Japanese: 東京, Tōkyō, [toːkʲoː] ), officially so, is here.", "Tokyo, officially so, is here."),
        (
            "Marie Curie (Polish: [ˈmarja]; 7 November 1867 – 4 July 1934) was it.",
            "Marie Curie (7 November 1867 – 4 July 1934) was it.",
        ),
        (
            "The agency (NASA) had ships (up to 3:1) and (5 km/h).",
            "The agency (NASA) had ships (up to 3:1) and (5 km/h).",
        ),
        ("Worcestershire sauce ( WUUST-ər-shər) or sauce (UK: ) is it.", "Worcestershire sauce or sauce is it."),
        ("Coordinates: 51°30′26″N 0°7′39″W London is here.", "London is here."),
        ("It lies at 51°30′26″N 0°7′39″W / 51.507°N 0.127°W in the south. It is old.", "It is old."),
        ("It is old.[12] It is new.[citation needed]", "It is old. It is new."),
        ("An open bracket (stays as it is.", "An open bracket (stays as it is."),
        ("()", ""),
    ],
)
def test_what_only_the_eye_can_use_is_taken_out(given, clean):
    assert clean_paragraph(given, "en") == clean


def test_a_section_of_references_ends_with_the_next_section_of_its_level():
    text = "Lead.\n\n\n== References ==\nNot this.\n\n\n=== Deeper ===\nNor this.\n\n\n== Uses ==\nBut this."
    paragraphs, marks = read_extract(text, "en")
    assert paragraphs == ("Lead.", "But this.")
    assert [mark.headings for mark in marks] == [(), ("Uses",)]


@given(st.text(alphabet="ab =(){}[]/;:,.\n\\°′N1é東ə", max_size=200))
def test_any_text_can_be_read(text):
    paragraphs, marks = read_extract(text, "en")
    assert len(marks) == len(paragraphs)
    for paragraph in paragraphs:
        assert paragraph == paragraph.strip()
        assert "\n" not in paragraph
        assert "\0" not in paragraph


async def test_an_answer_without_a_revision_cannot_be_cited(store, server):
    page = {"pageid": 1, "ns": 0, "title": "Tide", "extract": "A tide is a tide."}
    server.fail(Fault(malformed=json.dumps({"query": {"pages": [page]}})))
    async with open_line(store) as line:
        with pytest.raises(Permanent, match="cannot be cited"):
            await writer_of(line, server).find_article("Tide")
