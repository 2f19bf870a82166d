"""A moment's title, description and tags: its own words, shortened, in their order. Nothing is invented, and what was
not heard surely is not used.
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.language.moments.certainty import Heard, certain_sentences, certain_text
from automagic.language.moments.english import count_fillers, find_leaning, find_story, is_question
from automagic.language.names.writing import find_cut
from automagic.language.script.metadata import describe, shorten
from automagic.language.script.promise import promise_of
from automagic.language.text.keywords import content_words, subjects
from automagic.language.text.lexicon import bare
from automagic.language.text.sentences import primary_tag, split_words
from automagic.language.text.summary import stem
from automagic.values.credit import Credit
from automagic.values.moments import Moment
from automagic.values.script import Scene, Script

MAX_TITLE = 70
"""Characters; what the platforms show of a title."""

_LONGEST_WHOLE = 11


def title_of(moment: Moment, language: str = "en", heard: Heard = (), kept: Sequence[str] = ()) -> str:
    """The question that it begins with, else the point of the sentence that says most of what it is about.

    Args:
        heard: Its words, and how surely each was heard.
        kept: Names that are neither left out nor cut.

    Returns:
        "" when no sentence was heard surely.
    """
    found = certain_sentences(moment.text, heard, language)
    sentences = [sentence for sentence, _ in found]
    certain = [index for index, (_, sure) in enumerate(found) if sure]
    if not certain:
        return ""
    best = max(certain, key=lambda index: (_tells(sentences, index, moment.text, language), -index))
    sentence = " ".join(split_words(sentences[best]))
    words = split_words(sentence)
    whole = len(words) <= _LONGEST_WHOLE
    title = sentence if whole else promise_of(sentence, language)
    if len(split_words(title)) < min(3, len(words)) or find_cut((title,), sentence, kept):
        title = sentence  # cut too far to say anything
    return shorten(title.rstrip(".!,;: ") or moment.text, MAX_TITLE, kept)


def describe_moment(
    text: str,
    title: str,
    language: str,
    platforms: Sequence[str],
    *,
    credits: Sequence[Credit] = (),
    heard: Heard = (),
    kept: Sequence[str] = (),
) -> dict[str, object]:
    """What is published with a moment: "title", "description", "tags", "hashtags", "chapters" (none).

    Args:
        text: What is said in it.
        heard: Its words, and how surely each was heard.
        kept: Names that are not cut.
    """
    scene = Scene("moment", certain_text(text, heard, language))
    script = Script(title, (scene,), primary_tag(language), "recording")
    return describe(script, credits, (), platforms, kept=kept)


def _tells(sentences: Sequence[str], index: int, text: str, language: str) -> float:
    """How well a sentence names the whole: short, whole in itself, about what the moment is about, and early."""
    sentence = sentences[index]
    words = split_words(sentence)
    about = {stem(bare(word)) for subject in subjects(text, 6, language) for word in subject.split()}
    said = {stem(word) for word in content_words(sentence, language)}
    score = 1.2 * len(about & said) / max(1, min(len(about), 4)) + 0.4 * (index == 0)
    score -= 0.06 * max(0, len(words) - _LONGEST_WHOLE) + 1.0 * (len(words) < 3) + 0.5 * (len(said) < 2)
    if primary_tag(language) == "en":
        leaning = find_leaning(sentence)
        score -= (leaning.strength if leaning else 0.0) + 0.5 * count_fillers(sentence)
        score += 0.3 * (find_story(sentence)[0] is not None and index == 0)
        question = is_question(sentence)
    else:
        question = sentence.rstrip().endswith("?")
    return score + (1.2 if index < 2 and len(said) > 1 else -0.3) * question
