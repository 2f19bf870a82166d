"""The title of a chapter: its first sentence, without what only adds to it where it is long."""

from __future__ import annotations

import re

from automagic.language.script.promise import promise_of
from automagic.language.syntax.shorten import shortenings
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import primary_tag

_FEWEST_QUOTED, _LONG = 3, 60
_QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")


def chapter_title(sentence: str, language: str = "en", tree: ParsedSentence | None = None) -> str:
    """The sentence, shortened where it is long, as "Ms. Ortega fears for her customers".

    Args:
        sentence: The first of the chapter, or the part of it that is heard first.
        language: BCP-47.
        tree: Of the whole sentence; without one nothing is left out.

    Returns:
        It without its period; what is quoted stays in its quotation marks.
    """
    if primary_tag(language) != "en":
        return promise_of(sentence, language)
    quoted = _QUOTED.findall(sentence)
    if len(quoted) == 1 and sentence[0] in '“"' and len(quoted[0].split()) >= _FEWEST_QUOTED:
        return f"“{quoted[0].rstrip('.,;')}”"
    forms = [form.text for form in shortenings(tree)] if tree is not None and tree.text == sentence else [sentence]
    short = next((form for form in forms if len(form) <= _LONG), forms[-1])
    return " ".join(short.split()).rstrip(".,;:")
