"""Whether a text is a script, for those who keep one before it is made."""

from __future__ import annotations

from automagic.language.script.file import parse_script


def check_script(text: str) -> None:
    """See that a video can be made of it.

    Raises:
        RequestError: It has no scene, or a line in it stands wrong.
    """
    parse_script(text)
