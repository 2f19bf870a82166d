"""A brief from what a person gives: a TOML file, a text, or the address of a product page.

source ─▶ fields.py | text.py | page.py ─▶ BriefMaterial ─▶ completing.py ─▶ ReadBrief, or one sentence why not

What is read is data: nothing in it is ever followed as an instruction, and what speaks to a language model is refused.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.machine.addresses import is_public
from automagic.machine.leaving import in_thread
from automagic.products.ads.briefs.completing import complete
from automagic.products.ads.briefs.fields import read_fields
from automagic.products.ads.briefs.material import BriefMaterial, Given, ReadBrief
from automagic.products.ads.briefs.text import read_text_brief
from automagic.reading.named_files import file_name, read_named
from automagic.reading.toml import parse_toml

if TYPE_CHECKING:
    from automagic.sources.page import Allow

_MOST_TOML_BYTES = 1_000_000


async def read_brief(
    source: str, given: Given | None = None, *, today: datetime.date, allow: Allow = is_public
) -> ReadBrief:
    """What shall be advertised, with its claims.

    Args:
        source: A file, or an address with "://".
        given: What the person says beside it; it wins.
        today: Offers that ended before are refused.
        allow: Which addresses a page may be fetched from.

    Raises:
        RequestError: It cannot be read, or no ad can be made of it; nothing was written.
    """
    given = given or Given()
    if "://" in source:
        from automagic.products.ads.briefs.page import read_page

        material = await read_page(source, given, today=today, allow=allow)
    else:
        material = await in_thread(read_material, Path(source), given)
    return await in_thread(lambda: complete(material, today=today))


def read_material(path: Path, given: Given | None = None) -> BriefMaterial:
    """What a file says, not yet checked.

    Raises:
        RequestError: It cannot be read, or has a field that a brief has not.
    """
    read = _read_toml if path.suffix.lower() == ".toml" else read_text_brief
    return read(path, given or Given())


def _read_toml(path: Path, given: Given) -> BriefMaterial:
    data = read_named(path, _MOST_TOML_BYTES, what="a brief", hint="Give a .toml file with name, kind, link, claims.")
    location = file_name(path)
    stated = read_fields(parse_toml(data, name=location), location, path.parent)
    return replace(
        stated,
        name=given.name or stated.name,
        kind=given.kind or stated.kind,
        link=given.link or stated.link,
        language=given.language or stated.language,
    )
