"""What the Wikimedia test server holds: articles as the extracts module gives them, and files with their metadata."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Article:
    """One page of a wiki.

    Attributes:
        extract: Plain text with headings as "== Heading ==".
        redirects: Other titles that lead here.
        meanings: For a disambiguation page: the titles that it links to.
        popularity: What the search engine orders by, among equal matches.
    """

    pageid: int
    title: str
    description: str
    extract: str
    revid: int
    timestamp: str
    redirects: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    popularity: int = 1
    language: str = "en"


@dataclass(frozen=True)
class Media:
    """One file of Commons; `metadata` is `extmetadata` without its wrapping."""

    pageid: int
    title: str
    width: int
    height: int
    mime: str
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As it stands in addresses."""
        return self.title.removeprefix("File:").replace(" ", "_")


_FORMULA = (
    "\n  \n    \n      \n        T\n        =\n        L\n          /\n        c\n      \n    {\\displaystyle T=L/c}\n"
)
_TIDE = f"""Tides ( TYDZE; from Old English: tīd) are the rise and fall of sea levels caused by the combined \
effects of the gravitational forces exerted by the Moon (and to a much lesser extent, the Sun) and by the Earth \
and Moon orbiting one another. Tide tables can be used for any given locale to find the predicted times and \
amplitude. The predictions are influenced by many factors including the alignment of the Sun and Moon. Most \
places in the ocean experience two high tides and two low tides each day.


== Characteristics ==
Four stages in the tidal cycle are named:

The water stops falling, reaching a local minimum called low tide.
Sea level rises over several hours, covering the intertidal zone.
The water stops rising, reaching a local maximum called high tide.

Tides are most commonly semi-diurnal, with two high waters and two low waters each day. The two high waters on a \
given day are typically not the same height.


=== Range ===
The Bay of Fundy in Canada has the largest tidal range in the world, which reaches 16.3 metres at Burntcoat \
Head. The wave period is given by
{_FORMULA}
where c is the speed of the wave. A tidal range below two metres is called microtidal.


== History ==
Isaac Newton was the first person to explain tides as the product of the gravitational attraction of \
astronomical masses. His explanation of the tides was published in the Principia in 1687.


== See also ==
Bay of Fundy – tides
Tidal power


== References ==
This sentence stands in the references and must never be spoken.


=== Notes ===
Neither must this sentence of the notes be spoken by anyone.


== External links ==
 Media related to Tides at Wikimedia Commons
Tide tables for everybody are available on this external page."""

_PLANET = """Mercury is the first planet from the Sun and the smallest in the Solar System. It is a rocky planet \
with a trace atmosphere and a surface gravity slightly higher than that of Mars. The planet has no natural \
satellites. Its surface temperature varies from 100 to 700 kelvin during the course of a day.


== Physical characteristics ==
Mercury is one of four terrestrial planets in the Solar System. It has an equatorial radius of 2,439.7 \
kilometres. The planet consists of approximately 70% metallic and 30% silicate material.


== References ==
Nothing here is told."""

_ELEMENT = """Mercury is a chemical element; it has symbol Hg and atomic number 80. It is commonly known as \
quicksilver. A heavy, silvery d-block element, mercury is the only metallic element that is known to be liquid \
at standard temperature and pressure. Mercury occurs in deposits throughout the world mostly as cinnabar."""

_GEZEITEN = """Die Gezeiten oder Tiden (niederdeutsch Tid, Tied [tiːt] ‚Zeit‘) sind die Wasserbewegungen der \
Ozeane, die durch die Gravitation des Mondes und der Sonne entstehen. Der Mond hat den größeren Einfluss auf die \
Gezeiten der Meere. An den meisten Küsten gibt es zweimal am Tag Hochwasser und zweimal am Tag Niedrigwasser.


== Geschichte ==
Isaac Newton erklärte die Gezeiten im Jahr 1687 mit der Anziehungskraft der Massen.


== Einzelnachweise ==
Dieser Satz der Einzelnachweise darf niemals gesprochen werden."""

ARTICLES = (
    Article(
        30718,
        "Tide",
        "Rise and fall of the sea level under astronomical gravitational influences",
        _TIDE,
        1190000001,
        "2025-10-04T08:15:30Z",
        redirects=("Tides", "High tide", "Ocean tide"),
        popularity=50,
    ),
    Article(
        19694, "Mercury (planet)", "First planet from the Sun", _PLANET, 1190000002, "2025-09-01T00:00:00Z",
        popularity=90,
    ),
    Article(
        18617142, "Mercury (element)", "Chemical element with atomic number 80 (Hg)", _ELEMENT, 1190000003,
        "2025-09-02T00:00:00Z", redirects=("Quicksilver",), popularity=80,
    ),
    Article(
        19006,
        "Mercury",
        "Topics referred to by the same term",
        "Mercury most commonly refers to:\n\nMercury (planet), the closest planet to the Sun\nMercury (element), a "
        "metallic chemical element\nMercury or Mercury may also refer to:",
        1190000004,
        "2025-08-01T00:00:00Z",
        meanings=("Freddie Mercury", "Mercury (element)", "Mercury (mythology)", "Mercury (planet)", "Quicksilver"),
        popularity=100,
    ),
    Article(
        42, "Zxq", "Topics referred to by the same term", "Zxq may refer to:\n\nZxq (band)", 1190000005,
        "2025-08-01T00:00:00Z", meanings=("Zxq (band)", "Zxq (river)"),
    ),
    Article(
        19331, "Moon", "Natural satellite orbiting Earth",
        "The Moon is Earth's only natural satellite. It orbits at an average distance of 384,399 kilometres. The "
        "Moon's gravity causes the tides of the oceans.",
        1190000006, "2025-08-01T00:00:00Z", popularity=95,
    ),
    Article(77, "Stub", "An article without text", "", 1190000007, "2025-08-01T00:00:00Z"),
    Article(1829, "Gezeiten", "Wasserbewegungen der Ozeane", _GEZEITEN, 250000001, "2025-07-01T00:00:00Z",
            redirects=("Tide",), language="de"),
)  # fmt: skip


def _licensed(licence: str, artist: str, about: str, **more: str) -> dict[str, str]:
    return {
        "LicenseShortName": licence,
        "UsageTerms": licence,
        "Artist": artist,
        "ImageDescription": about,
        "Credit": "Own work",
        "AttributionRequired": "false" if "domain" in licence or licence == "CC0" else "true",
        **more,
    }


_ANNA = '<a href="//commons.wikimedia.org/wiki/User:Anna" title="User:Anna">Anna &amp; Søn</a>'

MEDIA = (
    Media(
        1001, "File:Low tide at Burntcoat Head.jpg", 4000, 3000, "image/jpeg",
        _licensed("CC BY-SA 4.0", _ANNA, "<p>The sea at <b>low tide</b> in the Bay of Fundy</p>",
                  License="cc-by-sa-4.0", LicenseUrl="https://creativecommons.org/licenses/by-sa/4.0"),
    ),
    Media(
        1002, "File:Tide pool portrait.jpg", 2400, 3600, "image/jpeg",
        _licensed("CC BY 2.0", '<bdi><a href="https://www.flickr.com/people/1@N00">Ben <i>Okri</i></a></bdi>',
                  "A tide pool by the sea", License="cc-by-2.0",
                  LicenseUrl="https://creativecommons.org/licenses/by/2.0"),
    ),
    Media(
        1003, "File:Tide and moon.jpg", 6000, 4000, "image/jpeg",
        _licensed("CC0", "", "The moon above the tide of the sea", License="cc0",
                  LicenseUrl="http://creativecommons.org/publicdomain/zero/1.0/deed.en"),
    ),
    Media(1004, "File:Old engraving of the tide.png", 1600, 2000, "image/png",
          _licensed("Public domain", "Unknown author<span style=\"display: none;\">Unknown author</span>",
                    "Engraving of the tide, 1850", License="pd")),
    Media(1005, "File:Tide not commercial.jpg", 5000, 4000, "image/jpeg",
          _licensed("CC BY-NC 4.0", "Greedy", "tide at sea", License="cc-by-nc-4.0")),
    Media(1006, "File:Tide no changes.jpg", 5000, 4000, "image/jpeg",
          _licensed("CC BY-ND 4.0", "Strict", "tide at sea", License="cc-by-nd-4.0")),
    Media(1007, "File:Tide tiny.jpg", 400, 300, "image/jpeg",
          _licensed("CC0", "Small", "tide at sea", License="cc0")),
    Media(1008, "File:Map of tide ranges.png", 3000, 2000, "image/png",
          _licensed("CC BY-SA 3.0", "Cartographer", "Map of the tide ranges of the world", License="cc-by-sa-3.0",
                    Categories="Maps of the world|Tides")),
    Media(1009, "File:Tide logo.svg", 512, 512, "image/svg+xml",
          _licensed("Public domain", "Company", "Logo of Tide", License="pd", Restrictions="trademarked")),
    Media(1010, "File:Tide GFDL.jpg", 3000, 2000, "image/jpeg",
          _licensed("GFDL", "Old Photographer", "tide at sea", License="gfdl")),
    Media(1011, "File:Sailing ship.jpg", 3000, 2000, "image/jpeg",
          _licensed("CC BY-SA 2.0 de", "Kapitän", "A ship under sail", License="cc-by-sa-2.0-de")),
)  # fmt: skip

OPENVERSE = (
    ("0aff3595-8168-440b-83ff-7a80b65dea42", "Tide coming in", 3000, 4000, "by", "2.0", "Cora", "flickr"),
    ("1bff3595-8168-440b-83ff-7a80b65dea43", "Sea tide", 2000, 1500, "cc0", "1.0", None, "stocksnap"),
    ("2cff3595-8168-440b-83ff-7a80b65dea44", "Tide forbidden", 4000, 3000, "by-nc-nd", "4.0", "Nobody", "flickr"),
    ("3dff3595-8168-440b-83ff-7a80b65dea45", "Lighthouse in a storm", 3000, 3900, "by-sa", "2.0", "Dan", "flickr"),
)
"""id, title, width, height, licence, its version, creator, source."""
