"""A package as one page that needs no network: what is seen where, what it rests on, and what speaks against it.

Every text is escaped by the template, and the page's own policy lets no other script run than the one that it has:
that steps through the combinations of search ads. Without it the worst of them are listed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence

from automagic.data import shipped
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdPicture, AdScript, AdText
from automagic.products.ads.package.assets import Approval
from automagic.products.ads.preview.lines import is_right_to_left, tell_hidden
from automagic.products.ads.preview.placements import lay_out
from automagic.products.ads.preview.views import Looker
from automagic.products.ads.specs.table import Specs
from automagic.products.ads.videos.slots import list_slots
from automagic.values.artifact import Artifact


def write_preview(  # the contract with the other rooms
    brief: AdBrief,
    texts: Sequence[AdText],
    pictures: Sequence[AdPicture],
    files: Mapping[Artifact, bytes],
    specs: Specs,
    *,
    scripts: Sequence[AdScript] = (),
    approvals: Mapping[str, Approval] | None = None,
) -> bytes:
    """The page.

    Args:
        files: The bytes of each picture.
        approvals: What was decided of texts and pictures, by id.

    Raises:
        RequestError: A text or picture is of a platform or for a field that there is not.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    looker = Looker(brief, files, specs, approvals or {})
    named = [*(one.platform for one in texts), *(one.platform for one in pictures)]
    names = {specs.platform(name).name for name in named}
    shown = [one for one in specs.platforms if one.name in names]
    platforms = [lay_out(one, texts, pictures, looker) for one in shown]
    videos = [looker.see_script(one, list_slots(specs, shown, [one])) for one in scripts]
    style, script = (shipped(f"ad_preview/page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script)]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(shipped("ad_preview/page.html").read_text("utf-8"))
    page = template.render(
        brief=brief,
        name=tell_hidden(brief.name),
        language=brief.language,
        direction="rtl" if is_right_to_left(brief.name + brief.claims[0].text) else "ltr",
        platforms=platforms,
        videos=videos,
        waiting=sum(one.waiting for one in platforms) + sum(one.state.is_waiting for one in videos),
        count=len(texts) + len(pictures) + len(scripts),
        has_zones=any(
            exhibit.zone for platform in platforms for place in platform.places for exhibit in place.exhibits
        ),
        policy=(f"default-src 'none'; img-src data:; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'"),
        style=Markup(style),  # noqa: S704 - our own file, without anybody's text in it
        script=Markup(script),  # noqa: S704 - likewise
    )
    return page.encode("utf-8", "replace")
