"""The writer without a key: finds Wikipedia's article about a topic, and tells it in the article's own sentences.

    topic ──▶ the page of that title ──▶ a search ──▶ the article ──▶ Document ──▶ extractive writer ──▶ Script
                └─ it only lists meanings: the one that the search ranks first, and a notice that names the others

The text is CC BY-SA 4.0: the document carries title, authors, licence and the address of the very revision.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from automagic.errors import Permanent, RequestError
from automagic.language.text.keywords import content_words
from automagic.language.text.sentences import primary_tag
from automagic.providers.local.extract.engine import write_script
from automagic.providers.local.outline.engine import clean_topic
from automagic.providers.shared.mediawiki import MediaWiki, NoSuchWiki
from automagic.providers.wikipedia.text import read_extract
from automagic.values.document import Document
from automagic.values.script import Script

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.providers.shared.script_draft import WriterBrief
    from automagic.providers.shared.writing import Written

VENDOR = "wikipedia"
BASE_URL = "https://{language}.wikipedia.org"
LICENCE = "CC-BY-SA-4.0"
AUTHOR = "Wikipedia contributors"
MIN_SCORE = 0.5
_NAMED = 5  # how many titles a notice or an error names
_SEARCHED = 10
_WIKI_OF = {"nb": "no", "cmn": "zh", "fil": "tl", "iw": "he", "in": "id"}
"""Languages whose wiki has another name than their primary tag."""


class NoArticle(RequestError):
    """No article is about the topic."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article, and what a person must be told about how it was chosen."""

    document: Document
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that the search found."""

    title: str
    snippet: str


class WikipediaWriter:
    """Writes from Wikipedia.

    Args:
        contact: A mail or web address, for the User-Agent that Wikimedia asks for.
        base_url: With a place for the wiki's language.
    """

    name = VENDOR

    def __init__(self, gate: Gate, http: Http, *, contact: str, base_url: str = BASE_URL) -> None:
        self._gate = gate
        self._http = http
        self._contact = contact
        self._base_url = base_url

    async def write(self, brief: WriterBrief) -> Written:
        """The same, asked for as every writer is; it has no descriptions of pictures to offer."""
        from automagic.providers.shared.writing import Written

        script = await self.write_script(
            brief.topic, duration_s=brief.duration_s, language=brief.language, take=brief.take
        )
        return Written(script, ("",) * len(script.scenes))

    async def write_script(self, topic: str, *, duration_s: float, language: str = "en", take: int = 1) -> Script:
        """A script of about `duration_s` seconds from the article about `topic`.

        Raises:
            NoArticle: There is none; the hint names the nearest.
            RequestError: The topic has no words, or there is no Wikipedia in that language.
            VendorError: Wikipedia cannot be reached or does not answer as it should.
        """
        article = await self.find_article(topic, language=language)
        tag = article.document.language
        script = await asyncio.to_thread(
            write_script, article.document, duration_s=duration_s, language=tag, take=take
        )  # it reads a long article: the event loop stays live meanwhile
        return dataclasses.replace(script, writer=self.name, notices=(*article.notices, *script.notices))

    async def find_article(self, topic: str, *, language: str = "en") -> Article:
        """The article about `topic`.

        Raises:
            As `write_script`.
        """
        subject = clean_topic(topic)
        tag = wiki_language(language)
        wiki = MediaWiki(
            self._gate,
            self._http,
            vendor=VENDOR,
            base_url=self._base_url.format(language=tag),
            contact=self._contact,
        )
        try:
            return await self._find(wiki, subject, tag, primary_tag(language))
        except NoSuchWiki as error:
            raise RequestError(
                f"there is no Wikipedia in the language {language!r}", hint="Use a tag such as en, de or pt."
            ) from error

    async def check(self) -> None:
        """The cheapest real question: whether the English Wikipedia answers.

        Raises:
            VendorError: It does not.
        """
        base = self._base_url.format(language="en")
        await MediaWiki(self._gate, self._http, vendor=VENDOR, base_url=base, contact=self._contact).check()

    async def _find(self, wiki: MediaWiki, subject: str, tag: str, language: str) -> Article:
        page = await _read_page(wiki, subject)
        if page is not None and not _is_disambiguation(page):
            return _article(page, language, ())
        if page is not None:
            return await self._choose_meaning(wiki, subject, page, language)
        candidates, suggestion = await _search(wiki, subject)
        if not candidates and suggestion:
            candidates, _ = await _search(wiki, suggestion)
            subject = suggestion
        for chosen in rank_candidates(subject, candidates, language):
            found = await _read_page(wiki, chosen.title)
            if found is not None and not _is_disambiguation(found):
                return _article(found, language, (_notice_other_title(subject, chosen.title),))
        nearest = [candidate.title for candidate in candidates][:_NAMED]
        raise NoArticle(
            f"Wikipedia ({tag}) has no article about “{subject}”.",
            hint=f"The nearest titles: {', '.join(nearest)}." if nearest else "Use other or fewer words.",
        )

    async def _choose_meaning(self, wiki: MediaWiki, subject: str, page: dict[str, Any], language: str) -> Article:
        """The meaning of an ambiguous title that the search ranks first."""
        meanings = await _read_meanings(wiki, str(page["title"]))
        candidates, _ = await _search(wiki, subject)
        found = [candidate.title for candidate in candidates]
        likely = [title for title in found if title in meanings and _names(title, subject)]
        likely.sort(key=lambda title: not title.lower().startswith(subject.lower()))
        others = [title for title in meanings if _names(title, subject)]
        for chosen in likely:
            article = await _read_page(wiki, chosen)
            if article is not None and not _is_disambiguation(article):
                rest = [title for title in (*likely, *others) if title != chosen]
                return _article(article, language, (_notice_meaning(subject, chosen, rest),))
        raise NoArticle(
            f"“{subject}” can mean several things on Wikipedia, and none stands out.",
            hint=f"Name the one you mean: {', '.join(list(dict.fromkeys([*others, *meanings]))[:_NAMED])}.",
        )


# ---------------------------------------------------------------------------------------------- asking the wiki


async def _read_page(wiki: MediaWiki, title: str) -> dict[str, Any] | None:
    """The page of that title, redirects followed; None when there is none, or none with a text."""
    query = await wiki.query(
        titles=title,
        redirects=1,
        prop="extracts|info|pageprops|revisions",
        explaintext=1,
        exsectionformat="wiki",
        inprop="url",
        ppprop="disambiguation",
        rvprop="ids|timestamp",
    )
    for page in query.get("pages", []):
        if not page.get("missing") and not page.get("invalid") and (page.get("extract") or _is_disambiguation(page)):
            found: dict[str, Any] = page
            return found
    return None


async def _read_meanings(wiki: MediaWiki, title: str) -> list[str]:
    """The titles that a page without a subject of its own links to."""
    query = await wiki.query(titles=title, prop="links", plnamespace=0, pllimit="max")
    return [str(link.get("title", "")) for page in query.get("pages", []) for link in page.get("links", [])]


async def _search(wiki: MediaWiki, text: str) -> tuple[list[Candidate], str]:
    """What the wiki's search finds, best first, and what it suggests to look for instead."""
    query = await wiki.query(
        list="search",
        srsearch=text,
        srnamespace=0,
        srlimit=_SEARCHED,
        srprop="snippet",
        srinfo="suggestion",
    )
    found = [
        Candidate(str(hit["title"]), re.sub(r"<[^>]*>", "", str(hit.get("snippet", ""))))
        for hit in query.get("search", [])
        if hit.get("title")
    ]
    return found, str(query.get("searchinfo", {}).get("suggestion", ""))


def _is_disambiguation(page: dict[str, Any]) -> bool:
    return "disambiguation" in page.get("pageprops", {})


def _article(page: dict[str, Any], language: str, notices: tuple[str, ...]) -> Article:
    title = str(page["title"])
    shown = _without_qualifier(title)
    paragraphs, marks = read_extract(str(page.get("extract", "")), language, shown)
    if not paragraphs:
        raise NoArticle(f"Wikipedia's article “{title}” has no text.", hint="Choose another topic.")
    revision = (page.get("revisions") or [{}])[0]
    address, identity = str(page.get("canonicalurl", "")), revision.get("revid")
    if not address or not isinstance(identity, int):
        raise Permanent(f"Wikipedia did not give the address of “{title}”, so it cannot be cited.")
    document = Document(
        title=shown,
        paragraphs=paragraphs,
        marks=marks,
        location=f"{address}?oldid={identity}",
        language=language,
        author=AUTHOR,
        licence=LICENCE,
        published=str(revision.get("timestamp", ""))[:10],
    )
    return Article(document, notices)


# --------------------------------------------------------------------------------------------------- deciding


def wiki_language(language: str) -> str:
    """The name of the wiki of a language: "nb-NO" is at "no".

    Raises:
        RequestError: It is no language tag; what it says becomes part of an address.
    """
    tag = primary_tag(language)
    if not re.fullmatch(r"[a-z]{2,3}", tag):
        raise RequestError(f"{language!r} is not a language", hint="Use a tag such as en, de or pt.")
    return _WIKI_OF.get(tag, tag)


def rank_candidates(subject: str, candidates: Sequence[Candidate], language: str) -> list[Candidate]:
    """The candidates that can be about the subject, best first.

    The title must share a word with the subject. The score adds how much of the subject the title covers (0.5), how
    much of the title the subject covers (0.3), and how much of the subject title and snippet together cover (0.2),
    less 0.03 for each rank of the search.
    """
    wanted = content_words(subject, language) or subject.lower().split()
    scored: list[tuple[float, int, Candidate]] = []
    for rank, candidate in enumerate(candidates):
        title = content_words(_without_qualifier(candidate.title), language) or [candidate.title.lower()]
        all_of_title = content_words(candidate.title, language)
        in_title = _share(wanted, [*title, *all_of_title])
        if not in_title:
            continue
        everywhere = _share(wanted, [*all_of_title, *content_words(candidate.snippet, language)])
        score = 0.5 * in_title + 0.3 * _share(title, wanted) + 0.2 * everywhere - 0.03 * rank
        scored.append((-score, rank, candidate))
    return [candidate for score, _, candidate in sorted(scored, key=lambda entry: entry[:2]) if -score >= MIN_SCORE]


def _share(words: Sequence[str], among: Sequence[str]) -> float:
    """How many of `words` are, as far as their beginning tells, among the others: 0..1."""
    return sum(any(_alike(word, other) for other in among) for word in words) / max(len(words), 1)


def _alike(one: str, other: str) -> bool:
    """Equal, or the same word with another ending: a shared beginning of at least three letters and 3/4 of each."""
    if one == other:
        return True
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(3, 0.75 * max(len(one), len(other)))


def _names(title: str, subject: str) -> bool:
    """Whether a meaning's title has the ambiguous word in it: "Mercury (planet)" has, "Quicksilver" has not."""
    return subject.lower() in title.lower()


def _without_qualifier(title: str) -> str:
    """ "Mercury" for "Mercury (planet)"."""
    return re.sub(r"\s*\([^()]*\)$", "", title) or title


def _notice_meaning(subject: str, chosen: str, rest: Sequence[str]) -> str:
    others = ", ".join(list(dict.fromkeys(rest))[:_NAMED])
    tail = f" Other meanings: {others}. Name one as the topic to choose it." if others else ""
    return f"“{subject}” can mean several things; this is about “{chosen}”.{tail}"


def _notice_other_title(subject: str, title: str) -> str:
    return f"Wikipedia has no article called “{subject}”; the text comes from its article “{title}”."
