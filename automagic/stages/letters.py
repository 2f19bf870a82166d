"""Which characters of a text no installed font draws: told before anything is spoken or drawn.

They are left out of the pictures; the caption files and the transcript keep them. A text of which hardly anything would
be seen is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.errors import ConfigurationError
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.look import Look, open_theme
from automagic.values.events import Notice

_ALWAYS_DRAWN = "\u024f"
"""Every theme draws Latin letters: the fonts of an English text need not be opened for this."""

_TOLD = 12
"""Characters that a notice names."""


def check_letters(run: Run[Services], look: Look, texts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Say what will be left out of the pictures, and what would bring it.

    Args:
        texts: (where it stands, such as "scene 3"; the text).

    Returns:
        What was said.

    Raises:
        ConfigurationError: Most letters could not be drawn.
    """
    rare = [(where, text) for where, text in texts if any(letter > _ALWAYS_DRAWN for letter in text)]
    if not rare:
        return ()
    from automagic.media.design.fonts import name_missing_fonts
    from automagic.media.design.lettering import undrawable

    family = open_theme(run.services, look).captions.family
    missing = {where: undrawable(text, family) for where, text in rare}
    characters = tuple(dict.fromkeys(one for found in missing.values() for one in found))
    if not characters:
        return ()
    hint = name_missing_fonts("".join(characters))
    letters = [letter for _, text in texts for letter in text if letter.isalpha()]
    unseen = sum(letter in characters for letter in letters)
    if 2 * unseen > len(letters):
        raise ConfigurationError(
            f"No installed font draws {unseen} of the {len(letters)} letters of this text, such as "
            f"{next(letter for letter in letters if letter in characters)}.",
            hint=hint,
        )
    notice = describe_left_out(missing, hint)
    run.emit(Notice(notice))
    return (notice,)


def describe_left_out(missing: dict[str, tuple[str, ...]], hint: str) -> str:
    """One sentence for a person; pure.

    Args:
        missing: Where → what is missing there.
    """
    places = [where for where, found in missing.items() if found]
    characters = list(dict.fromkeys(one for found in missing.values() for one in found))
    more = f" and {len(characters) - _TOLD} more" if len(characters) > _TOLD else ""
    where = ", ".join(places[:5]) + (f" and {len(places) - 5} more places" if len(places) > 5 else "")
    return (
        f"No installed font draws {' '.join(characters[:_TOLD])}{more} ({where}): left out of the pictures, "
        f"kept in the caption files. {hint}"
    )
