"""The frozen values that cross modules: from a text to the cues of a finished video.

    Document ──▶ Script ──▶ Scene ──▶ Shot ──▶ Narration ──▶ Cue
    what was     a title,   one       one      the words     the words shown
    read         scenes     thought   picture  with times    together

Conventions: times are seconds (`_s`), frame counts are integers at the platform's frame rate, pictures are measured
in pixels with the origin at the top left. Values are plain data, so that each can be part of a step's key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# ---------------------------------------------------------------------------------------------- what was read


@dataclass(frozen=True, slots=True)
class Document:
    """Readable text from one source, with headings and boilerplate already told apart.

    Attributes:
        title: The document's own title; empty when it has none.
        paragraphs: Body text in reading order, plain text, one entry a paragraph or list item.
        location: Where it came from, for people: a file name, a URL, or "standard input". Never an absolute path.
        language: BCP-47 primary tag such as "en"; empty when unknown.
        author: As the source states it; empty when it does not.
        licence: As the source states it; empty when it does not.
        published: ISO date as the source states it; empty when it does not.
        notices: What a person must be told about it: what was left out of the text, and where.
    """

    title: str
    paragraphs: tuple[str, ...]
    location: str
    language: str = ""
    author: str = ""
    licence: str = ""
    published: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one sentence of a script came from.

    Attributes:
        location: The document's `location`.
        paragraph: Index into the document's paragraphs.
        sentence: The sentence exactly as it stands there.
    """

    location: str
    paragraph: int
    sentence: str


# ---------------------------------------------------------------------------------------------- what is told

CardLayout = Literal["title", "statement", "number", "list", "quote", "comparison", "closing"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity that a sentence states, ready to be drawn.

    Attributes:
        value: As written: "24.9", "70", "1,200".
        prefix: Signs, currency and limits before it, with the space behind them if there is one: "$", "−", "< ",
            "nearly "; often empty.
        unit: What follows: "%", "billion", "km"; may be empty.
        label: What the quantity is, two to six words from the sentence.
        share: 0..1 when the quantity is a share of a whole (a percentage, "three of four"), else None.
        magnitude: The number itself, for drawing bars to scale, negative behind a minus; None when it has no single
            value, as behind "<" and "±".
    """

    value: str
    prefix: str = ""
    unit: str = ""
    label: str = ""
    share: float | None = None
    magnitude: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a designed picture says. The card shows the point, not the caption.

    Attributes:
        layout: Which of the layouts draws it.
        headline: The point in three to seven words (a title may be longer); may be empty for `number`.
        accent: The one or two words inside `headline` that take the accent colour, exactly as they stand there.
        detail: A calm second line; may be empty.
        items: The entries of a `list` (2-4).
        figures: One for `number`, two for `comparison` of quantities; drawn to scale when both have a magnitude.
        sides: For `comparison` without quantities: the two things compared.
        speaker: For `quote`: who said it; empty when the text does not say.
        icon: Name of a Lucide icon; empty for none.
        kicker: A very short line above the headline, such as the series' name; may be empty.
    """

    layout: CardLayout
    headline: str
    accent: str = ""
    detail: str = ""
    items: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    sides: tuple[str, ...] = ()
    speaker: str = ""
    icon: str = ""
    kicker: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """One thought of a script: a paragraph that is spoken while one idea is on the screen.

    Attributes:
        id: Stable name derived from the text, eight hexadecimal digits (and "-2" for a repetition); never an index.
        text: Display text: one or more sentences, as captions show them.
        spoken: What the voice says instead of `text`; None when the same.
        picture: The person's own picture for this scene: a file name; None for a designed card.
        origins: Where its sentences came from; empty for a person's own script.
        depiction: What a picture of it would show, in a sentence, as its writer sees it; "" when nobody said.
    """

    id: str
    text: str
    spoken: str | None = None
    picture: str | None = None
    origins: tuple[Origin, ...] = ()
    depiction: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """What will be told, in order.

    Attributes:
        title: For the title card, the metadata and the folder's name.
        scenes: At least one.
        language: BCP-47 primary tag.
        writer: Name of the provider that wrote it: "extract", "outline", "script" (the person).
        notices: Things that the person must be told about this text, such as "generic outline".
        sources: The documents it draws on, paragraphs left out.
    """

    title: str
    scenes: tuple[Scene, ...]
    language: str = "en"
    writer: str = "script"
    notices: tuple[str, ...] = ()
    sources: tuple[Document, ...] = ()


# ---------------------------------------------------------------------------------------------- what is spoken


@dataclass(frozen=True, slots=True)
class SpokenToken:
    """One display word and the words the voice says for it.

    "$24.9B" is shown; ("twenty", "four", "point", "nine", "billion", "dollars") are spoken. Display words that are
    not spoken, such as a lone dash, have an empty `spoken`.
    """

    display: str
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """One sentence in both its forms.

    Attributes:
        display: As captions show it.
        text: What the narrator is given: words in full, punctuation kept.
        tokens: The display words in order; their spoken words, joined, are the words of `text` in lower case.
    """

    display: str
    text: str
    tokens: tuple[SpokenToken, ...]


AlignmentMethod = Literal["narrator", "forced", "compared", "recognised", "proportional"]


@dataclass(frozen=True, slots=True)
class Word:
    """One display word on the timeline of the sound it belongs to."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """When each display word of a sentence is heard.

    Attributes:
        words: In order, not overlapping, one for each display token that is spoken (an unspoken token joins the word
            before it, separated by a space).
        method: How the times were found: the narrator's own, forced alignment, recognition, or in proportion to
            the words' length.
    """

    words: tuple[Word, ...]
    method: AlignmentMethod


# ---------------------------------------------------------------------------------------------- what is shown


@dataclass(frozen=True, slots=True)
class Rect:
    """Pixels; `x`, `y` of the top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.height

    def contains(self, other: Rect) -> bool:
        """Whether `other` lies wholly inside."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Frame:
    """The geometry that pictures and captions are drawn for.

    Attributes:
        width, height: Pixels, both even.
        fps: Frames a second.
        content: Where a card may put what must be seen (the interface of no platform covers it).
        caption: Where captions may stand; disjoint from `content`.
    """

    width: int
    height: int
    fps: int
    content: Rect
    caption: Rect


@dataclass(frozen=True, slots=True)
class Motion:
    """A slow move over a still: the visible window at the start and at the end, eased between.

    Attributes:
        zoom: (start, end) magnification, each ≥ 1; 1.06 shows 1/1.06 of the picture's width.
        center: ((x, y) at the start, (x, y) at the end) of the window, as fractions of the picture, 0.5 is the middle.
            Windows always lie inside the picture.
    """

    zoom: tuple[float, float]
    center: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that are on the screen together, at most two lines.

    Attributes:
        lines: The words of each line.
        start_s, end_s: When the cue is visible, on the same timeline as its words.
    """

    lines: tuple[tuple[Word, ...], ...]
    start_s: float
    end_s: float

    @property
    def words(self) -> tuple[Word, ...]:
        """All its words in order."""
        return tuple(word for line in self.lines for word in line)

    @property
    def text(self) -> str:
        """Its lines, joined by line breaks."""
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """How burned-in captions look; decided by the theme for one frame geometry.

    Attributes:
        family, weight: The font, 100-900.
        size_px: Nominal text size; the drawer may go down to 60 % of it to fit a long word.
        color: Of words not being spoken, "#rrggbb".
        accent: Of the word being spoken.
        outline_px, outline_color: A stroke around the letters; 0 for none.
        plate: "#rrggbbaa" of a soft rounded plate behind the lines; empty for none.
        uppercase: Whether the words are shown in capitals.
        line_height: In multiples of the size.
        fonts: Hash of the font and of those that stand in for it.
    """

    family: str
    weight: int
    size_px: int
    color: str
    accent: str
    outline_px: float = 0.0
    outline_color: str = "#000000"
    plate: str = ""
    uppercase: bool = False
    line_height: float = 1.18
    fonts: str = ""


# ---------------------------------------------------------------------------------------------- what was made


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a step made, known by its content.

    Attributes:
        sha256: Lower-case hexadecimal digest of its bytes.
        media_type: Such as "image/png", "audio/wav", "video/mp4".
        size_bytes: Its length.
    """

    sha256: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Where one part of a result came from, for the credits and the description.

    Attributes:
        part: What it is: "voice", "music", "picture of scene 1f2e3d4c", "font", "text".
        name: The work or engine: "Kokoro-82M, voice af_heart".
        origin: Who or where: "generated on this machine", a URL, a file name.
        licence: SPDX identifier or the licence's name; "unknown" when nobody stated it.
        generated: Whether a machine made it.
    """

    part: str
    name: str
    origin: str
    licence: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that was measured on the finished file, and what was expected of it.

    Attributes:
        name: Stable identifier such as "loudness_lufs".
        value: What was measured.
        expected: What is allowed, in words: "-14 ± 0.5".
        verdict: "fail" keeps the result aside; "flag" is worth a look.
        detail: Where or why, when the verdict is not "pass".
    """

    name: str
    value: float | int | str | bool
    expected: str
    verdict: Literal["pass", "flag", "fail"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All measures of one finished file."""

    measures: tuple[Measure, ...] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        """Whether no measure failed."""
        return all(measure.verdict != "fail" for measure in self.measures)
