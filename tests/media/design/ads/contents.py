"""Ads to be laid out: contents that are easy and hard, and the sizes of uploaded display and of posts."""

from __future__ import annotations

from dataclasses import replace

from automagic.media.design.ads.content import AdContent, AdSizes, AdVoices
from automagic.media.design.ads.formats import AdFormat, density_of
from automagic.media.design.theme_files import load_theme

VOICES = AdVoices.of_theme(load_theme("default"))
ENGLISH = AdContent(
    ("Brew filter coffee without paper", "Coffee without paper"),
    ("A ceramic filter, glazed by hand in Bremen",),
    "KeraFilter",
    "Shop now",
)
PRICED = replace(ENGLISH, price="39 €", disclaimer="Price includes VAT, plus shipping.")
GERMAN = AdContent(
    ("Donaudampfschifffahrtsgesellschaftskapitänsmütze aus Schurwolle", "Donaudampfschifffahrtsgesellschaft"),
    ("Versandkostenfreie Lieferung innerhalb der Bundesrepublik",),
    "Hutmacherei Österreicher",
    "Bestellen",
    "129,00 €",
    "Preis inkl. MwSt., zzgl. Versandkosten. Nur solange der Vorrat reicht.",
)
ARABIC = AdContent(
    ("قهوة مفلترة بدون ورق", "قهوة بلا ورق"),
    ("فلتر خزفي مصقول يدويًا في بريمن",),
    "KeraFilter",
    "تسوق الآن",
    "39 €",
    "السعر شامل الضريبة",
)
CONTENTS = {"english": ENGLISH, "priced": PRICED, "german": GERMAN, "arabic": ARABIC}

DISPLAY = tuple(
    AdFormat(*(int(side) for side in size.split("x")))
    for size in [
        "300x250",
        "336x280",
        "728x90",
        "970x90",
        "160x600",
        "120x600",
        "300x600",
        "970x250",
        "320x50",
        "320x100",
        "468x60",
    ]
)
SOCIAL = tuple(
    AdFormat(width, height, density_of(width, height))
    for width, height in ((1200, 628), (1080, 1080), (1080, 1350), (1000, 1500), (1200, 627))
)
STORY = AdFormat(1080, 1920, density_of(1080, 1920), (269, 65, 672, 65))
FORMATS = (*DISPLAY, *SOCIAL, STORY)

PHOTO = (2400, 1600)
LOGO = (420, 160)
SIZES = {
    "all": AdSizes(PHOTO, LOGO),
    "plate": AdSizes(PHOTO, LOGO, plate=True),
    "no logo": AdSizes(PHOTO),
    "no picture": AdSizes(None, LOGO),
    "neither": AdSizes(),
    "square logo": AdSizes((1600, 2400), (400, 400)),
}
