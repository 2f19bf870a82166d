"""Title, description, tags and chapters of a finished video, from its own words only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from automagic.data import words
from automagic.language.numbers.bonds import cut_line
from automagic.language.text.keywords import content_words
from automagic.language.text.sentences import primary_tag, split_sentences
from automagic.language.text.summary import stem
from automagic.values.credit import Credit
from automagic.values.script import Script

MAX_TITLE = 100
MAX_TAGS = 15
# YouTube's limits, https://support.google.com/youtube/answer/57407 (description), /answer/9884579 (chapters).
MAX_DESCRIPTION = 5000
MIN_CHAPTERS = 3
MIN_CHAPTER_S = 10.0
_MAX_HOOK, _MAX_SUMMARY = 100, 300
_MAX_HASHTAGS = 4
_WITH_CHAPTERS = frozenset({"youtube"})
_LABELS = words("labels")
_PLATFORM_HASHTAG = {"shorts": "Shorts"}
# Licences that ask for no credit.
_FREE = ("cc0", "public domain", "unlicense", "0bsd", "mit-0")


def describe(
    script: Script,
    credits: Sequence[Credit],
    chapters: Sequence[tuple[float, str]],
    platforms: Sequence[str],
    duration_s: float | None = None,
    kept: Sequence[str] = (),
    tags: Sequence[str] | None = None,
) -> dict[str, object]:
    """What the publishing forms ask for, as plain data.

    Args:
        script: Its title, sentences and sources are all that the texts draw on.
        credits: Of the result; those with a licence that asks for it are named in the description.
        chapters: (start in seconds, title) of each, in order.
        platforms: Names of the platforms that it was made for.
        duration_s: Of the video; None when nobody knows.
        kept: Names that are not cut.
        tags: Where they are known already; see `tags_of`.

    Returns:
        "title", "description", "tags", "hashtags" (with #), "chapters" (empty where no platform would take them).
    """
    usable = youtube_chapters(chapters, duration_s) if takes_chapters(platforms) else []
    tags = tags_of(script.title, text_of(script), script.language) if tags is None else tags
    hashtags = _hashtags(tags, platforms)
    return {
        "title": shorten(script.title, MAX_TITLE, kept),
        "description": _description(script, credits, usable, hashtags),
        "tags": list(tags),
        "hashtags": hashtags,
        "chapters": [{"start_s": start, "time": clock(start), "title": title} for start, title in usable],
    }


def takes_chapters(platforms: Sequence[str]) -> bool:
    """Whether one of the platforms shows chapters: no short video has any."""
    return not _WITH_CHAPTERS.isdisjoint(platforms)


def youtube_chapters(chapters: Sequence[tuple[float, str]], duration_s: float | None = None) -> list[tuple[float, str]]:
    """The chapters that YouTube takes: at least three, the first at 0:00, each at least ten seconds long, else none.

    Chapters that begin less than ten seconds after the one before, or before the end, are joined to the one before.
    """
    kept: list[tuple[float, str]] = []
    for start, title in sorted(chapters):
        begin = 0.0 if not kept else start
        name = " ".join(title.split())
        short = duration_s is not None and duration_s - begin < MIN_CHAPTER_S
        if name and (not kept or (begin - kept[-1][0] >= MIN_CHAPTER_S and not short)):
            kept.append((begin, shorten(name, MAX_TITLE)))
    return kept if len(kept) >= MIN_CHAPTERS else []


def clock(seconds: float) -> str:
    """ "1:05", "1:02:03": as YouTube reads chapter times."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def shorten(text: str, limit: int, kept: Sequence[str] = ()) -> str:
    """`text` on one line of at most `limit` characters, cut between words and marked with an ellipsis.

    "<" and ">", which YouTube refuses, become single quotation marks. No name in `kept` is cut.
    """
    return cut_line(text, limit, kept).replace("<", "‹").replace(">", "›")


def text_of(script: Script) -> str:
    """All that a script says."""
    return "\n\n".join(scene.text for scene in script.scenes)


def tags_of(title: str, text: str, language: str) -> tuple[str, ...]:
    """What a video is searched for by; none where it says nothing. In English this loads a tagger (0.2 s)."""
    from automagic.language.script.topics import topics_of  # where the tags are known it is not needed

    found = topics_of(title, text, language, MAX_TAGS) if text.strip() else ()
    cleaned = (re.sub(r"[<>,\"]", "", word).strip() for word in found)
    return tuple(word for word in dict.fromkeys(cleaned) if word)


def _hashtags(tags: Sequence[str], platforms: Sequence[str]) -> list[str]:
    """Up to four: the platform's own, where it has one, after the first tags."""
    joined = ("".join(part[:1].upper() + part[1:] for part in re.findall(r"[^\W_]+", tag)) for tag in tags)
    extra = [_PLATFORM_HASHTAG[name] for name in platforms if name in _PLATFORM_HASHTAG]
    own = [word for word in joined if word and not word.isdigit()][: _MAX_HASHTAGS - len(extra)]
    return [f"#{word}" for word in dict.fromkeys([*own, *extra])]


def _description(
    script: Script, credits: Sequence[Credit], chapters: Sequence[tuple[float, str]], hashtags: Sequence[str]
) -> str:
    labels = _LABELS.get(primary_tag(script.language), _LABELS["en"])
    blocks = [block for block in _hook_and_summary(script) if block]
    if chapters:
        blocks.append("\n".join(f"{clock(start)} {title}" for start, title in chapters))
    if script.sources:
        blocks.append("\n".join([labels["sources"], *(f"- {line}" for line in _source_lines(script))]))
    generated = [credit for credit in credits if credit.generated]
    if generated:
        parts = dict.fromkeys(f"{_kind(credit, labels)} ({credit.name})" for credit in generated)
        blocks.append(f"{labels['machine']} {', '.join(parts)}.")
    listed = {source.location for source in script.sources}
    credited = [credit for credit in credits if _asks_for_credit(credit) and credit.origin not in listed]
    if credited:
        lines = dict.fromkeys(f"- {_kind(c, labels)}: {c.name}, {c.origin}, {c.licence}" for c in credited)
        blocks.append("\n".join([labels["credits"], *lines]))
    if hashtags:
        blocks.append(" ".join(hashtags))
    text = "\n\n".join(blocks).replace("<", "‹").replace(">", "›")
    return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1].rsplit("\n", 1)[0] + "…"


def _hook_and_summary(script: Script) -> tuple[str, str]:
    """A line of at most 100 characters that says what the title promises, and up to 300 characters of what follows.

    The line is the first sentence, where that is short and speaks of the title's subject, else the title. A sentence
    that only says the title again is not said a second time.
    """
    sentences = list(split_sentences(text_of(script), script.language))
    if not sentences:
        return "", ""
    promised = _stems(script.title, script.language)
    hook = script.title
    if (
        sentences
        and len(sentences[0]) <= _MAX_HOOK
        and (not promised or promised & _stems(sentences[0], script.language))
    ):
        hook = sentences.pop(0)
    said = _stems(hook, script.language) | promised
    summary = ""
    for sentence in sentences:
        if not summary and _stems(sentence, script.language) <= said:
            continue
        if summary and len(summary) + len(sentence) > _MAX_SUMMARY:
            break
        summary = f"{summary} {sentence}".strip()
    return shorten(hook, _MAX_HOOK), shorten(summary, 2 * _MAX_SUMMARY)


def _stems(text: str, language: str) -> set[str]:
    return {stem(word) for word in content_words(text, language)}


def _source_lines(script: Script) -> list[str]:
    lines = []
    for source in script.sources:
        name = f"“{source.title}”" if source.title else ""
        parts = [name, source.author, source.published, source.location, source.licence]
        lines.append(", ".join(part for part in parts if part))
    return list(dict.fromkeys(lines))


def _kind(credit: Credit, labels: Mapping[str, Any]) -> str:
    """What it is, for those who cannot know our scenes: "picture", not "picture of scene 1f2e3d4c"."""
    kind = credit.part.partition(" of scene ")[0]
    return str(labels.get("parts", {}).get(kind, kind))


def _asks_for_credit(credit: Credit) -> bool:
    """Every licence of others' work but the few that ask for nothing; an unknown one is named, to be safe."""
    if credit.generated or credit.origin.startswith("the person's own"):
        return False
    return not credit.licence.lower().startswith(_FREE)
