"""The title of a chapter: the point of its first sentence in a few words that are true without the rest of it.

Until new roots grow, the tree drinks from a patch of soil that is not much wider than the hole it stands in.
    ──▶ not "The tree drinks from a patch of soil": it does so only until then
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from automagic.language.cards.branches import is_doubtful
from automagic.language.cards.cutting import statements
from automagic.language.cards.plain import loses_condition
from automagic.language.cards.truth import faults_of
from automagic.language.script.promise import promise_of
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import primary_tag
from automagic.values.script import Card

_MOST_FORMS, _FEWEST_QUOTED = 4, 3
_QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")


def chapter_title(sentence: str, language: str = "en", tree: ParsedSentence | None = None) -> str:
    """The shortest usual form of a sentence that says nothing else than it: "Ms. Ortega fears for her customers".

    Args:
        sentence: The first of the chapter, or the part of it that is heard first.
        language: BCP-47.
        tree: Of the whole sentence; without one it is cut at its marks only.

    Returns:
        The whole sentence without its period where no form is true; what is quoted stays in its quotation marks.
    """
    if primary_tag(language) != "en":
        return promise_of(sentence, language)
    quoted = _QUOTED.findall(sentence)
    if len(quoted) == 1 and sentence[0] in '“"' and len(quoted[0].split()) >= _FEWEST_QUOTED:
        return f"“{quoted[0].rstrip('.,;')}”"
    forms = (form for form in _forms(sentence, language, tree) if form)
    if tree is None or is_doubtful(tree):
        forms = (form for form in forms if not loses_condition(sentence, form))
    true = (form for form in forms if not faults_of(Card("statement", form), tree, sentence, language))
    return next(true, " ".join(sentence.split()).rstrip(".,;:"))


def _forms(sentence: str, language: str, tree: ParsedSentence | None) -> Iterator[str]:
    yield promise_of(sentence, language)
    if tree is not None:  # a statement with a second line is not the same without it
        forms = islice(statements(tree, range(len(tree.words))), _MOST_FORMS)
        yield from (form.text for form in forms if not form.detail)
