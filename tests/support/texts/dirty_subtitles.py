"""Subtitle files with known words, made as carelessly as tools and people make them; for hypothesis.

Each word is unlike all others, so that one that is missing is seen, and so is its line in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

_SYLLABLES = ("ba", "do", "fi", "gu", "ke", "lo", "mi", "na", "pu", "re", "so", "ta", "vu", "wi", "xo", "ze")
NAMES = ("Maria Lopez", "O'Brien, Tom (Parks)", "Dr. Müller-Lüdenscheidt", "KOWALSKI", "Speaker 1", "SPEAKER_00")
SOUNDS = ("(laughs)", "[music]", "♪", "*applause*", "[ __ ]", "(door slams)", "（拍手）")


@dataclass
class Dirty:
    """A file, and what is in it.

    Attributes:
        words: Every word that is said, bare and in lower case, with its line from 1; in the file's order.
        unsaid: Pieces of names and sounds, bare and in lower case, which nobody says.
        in_order: Whether the words must come out in the same order.
    """

    kind: str
    text: str
    words: list[tuple[str, int]]
    unsaid: frozenset[str]
    in_order: bool = True


@dataclass
class _Maker:
    count: int = 0
    rows: list[str] = field(default_factory=list)
    words: list[tuple[str, int]] = field(default_factory=list)

    def word(self) -> str:
        self.count += 1
        number, text = self.count, ""
        for _ in range(3):
            text += _SYLLABLES[number % 16]
            number //= 16
        return text + "q"

    def say(self, row: str, *words: str) -> None:
        """Add a row that holds these words."""
        self.rows.append(row)
        self.words += [(word.lower(), len(self.rows)) for word in words]


_CLEAN = st.just("plain")
_TEXTS = st.one_of(
    _CLEAN,
    st.sampled_from(
        ["plain", "two rows", "blank inside", "blanks inside", "italic", "font", "class", "override", "line break",
         "hard space", "entity", "no entity", "no tag", "dash", "label", "arrows", "bracket label", "label inside",
         "sound", "sound alone", "aside", "number row", "colon", "empty", "many rows", "escaped tag", "unclosed",
         "time of day", "emphasis", "lone punctuation", "voice", "inline"]
    ),
)  # fmt: skip
_TIMES = st.one_of(
    st.just("usual"),
    st.sampled_from(
        ["float", "one digit", "two digits", "no fraction", "long", "no hours", "unpadded", "other point", "tight",
         "short arrow", "typeset arrow", "spaced", "settings", "coordinates", "backwards", "no length", "broken end",
         "broken start", "frames", "same row", "negative"]
    ),
)  # fmt: skip
_CUES = st.tuples(_TEXTS, _TIMES, st.sampled_from(["usual"] * 6 + ["missing", "marked", "glued"]))
_DIRT = st.sampled_from(["none"] * 3 + ["swapped", "twice", "rolling", "untimed"])
_WRAPS = st.tuples(st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())


@st.composite
def dirty_files(draw: st.DrawFn) -> Dirty:
    """One file of a few cues."""
    kind = draw(st.sampled_from(["srt", "srt", "srt", "vtt", "vtt", "sbv"]))
    cues = draw(st.lists(_CUES, min_size=3, max_size=9))
    dirt, (feed, mark, notes) = draw(_DIRT), draw(_WRAPS)
    return make(kind, cues, dirt, feed=feed, mark=mark, notes=notes)


def make(
    kind: str, cues: list[tuple[str, str, str]], dirt: str, *, feed: str = "\n", mark: bool = False, notes: bool = False
) -> Dirty:
    """The file that these faults make."""
    maker = _Maker()
    if kind == "vtt":
        maker.rows += ["WEBVTT", ""]
        if notes:
            maker.rows += ["STYLE", "::cue { color: red }", "", "NOTE made by hand, 00:01", "and not said", ""]
    named = kind == "vtt" or any(text in {"label", "arrows"} for text, _, _ in cues)
    order = list(range(len(cues)))
    if dirt == "swapped":
        order[0], order[1] = order[1], order[0]
    numbered = kind == "srt"
    for number, place in enumerate(order, start=1):
        text, time, counted = cues[number - 1]
        _add_cue(maker, kind, number, place, text, time, counted, numbered=numbered)
        if dirt == "twice" and number == 1:
            _add_again(maker, kind)
        if dirt == "rolling" and number == len(order) and kind == "vtt":
            _add_rolling(maker, place + 1)
    if dirt == "untimed" and numbered:
        last = len(order) + 1
        word = maker.word()
        maker.say(str(last))
        maker.say(word, word)
        maker.rows.append("")
        _add_cue(maker, kind, last + 1, last + 1, "plain", "usual", "usual", numbered=True)
    unsaid = {piece for name in NAMES for piece in ("lopez", "o'brien", "müller-lüdenscheidt", "kowalski", "speaker")}
    unsaid |= {"laughs", "music", "applause", "slams", "拍手", "said"} if named or not notes else {"laughs", "music"}
    body = feed.join(maker.rows)
    return Dirty(kind, ("\ufeff" if mark else "") + body + feed, maker.words, frozenset(unsaid), dirt != "swapped")


def _add_cue(
    maker: _Maker, kind: str, number: int, place: int, text: str, time: str, counted: str, *, numbered: bool
) -> None:
    if numbered and counted != "missing":
        maker.rows.append({"marked": f"#{number}"}.get(counted, str(number)))
    tail = ""
    if time == "same row" and kind == "srt":
        tail = maker.word()
    maker.say(_timing(kind, place, time) + (f"  {tail}" if tail else ""), *([tail] if tail else []))
    _add_text(maker, kind, text)
    if not (numbered and counted == "glued"):
        maker.rows.append("")


def _clock(time_s: float, point: str = ",", *, digits: int = 3) -> str:
    whole, part = int(time_s), f"{time_s % 1:.9f}"[2 : 2 + digits]
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point if digits else ''}{part}"


def _timing(kind: str, place: int, time: str) -> str:
    """The row with the times of the cue that is shown at a place: three seconds each, 2.5 s long."""
    start_s, end_s = 1.0 + place * 3, 3.5 + place * 3
    if kind == "sbv":
        end_s = start_s if time == "no length" else end_s
        return f"{_clock(start_s, '.')[1:]},{_clock(end_s, '.')[1:]}"
    point = "," if kind == "srt" else "."
    start, end = _clock(start_s, point), _clock(end_s, point)
    return {
        "float": f"{start}.0999999 --> {end}.9999995",
        "one digit": f"{_clock(start_s, point, digits=1)} --> {_clock(end_s, point, digits=1)}",
        "two digits": f"{_clock(start_s, point, digits=2)} --> {_clock(end_s, point, digits=2)}",
        "no fraction": f"{_clock(start_s, digits=0)} --> {_clock(end_s, digits=0)}",
        "long": f"{_clock(start_s, point, digits=6)} --> {_clock(end_s, point, digits=6)}",
        "no hours": f"{start[3:]} --> {end[3:]}",
        "unpadded": f"{start[1:].replace(':0', ':')} --> {end[1:].replace(':0', ':')}",
        "other point": f"{start.replace(point, '.' if point == ',' else ',')} --> {end}",
        "tight": f"{start}-->{end}",
        "short arrow": f"{start} -> {end}",
        "typeset arrow": f"{start} –> {end}",
        "spaced": f"{start.replace(':', ': ').replace(point, point + ' ')} - -> {end.replace(':', ' : ')}",
        "settings": f"{start} --> {end} align:start position:0% line:-1",
        "coordinates": f"{start} --> {end} X1:100 X2:200 Y1:10 Y2:20",
        "backwards": f"{end} --> {start}",
        "no length": f"{start} --> {start}",
        "broken end": f"{start} --> soon",
        "broken start": f"0o:00:xx --> {end}",
        "frames": f"{start[:8]}:12 --> {end[:8]}:20",
        "negative": f"-{start} --> {end}" if place == 0 else f"{start} --> {end}",
    }.get(time, f"{start} --> {end}")


def _add_text(maker: _Maker, kind: str, text: str) -> None:
    a, b, c, d = (maker.word() for _ in range(4))
    name = NAMES[maker.count // 4 % len(NAMES)]
    sound = SOUNDS[maker.count // 4 % len(SOUNDS)]
    plain = f"{a.title()} {b} {c} {d}."
    if text in {"two rows", "blank inside", "blanks inside", "many rows", "dash"}:
        gaps = {"blank inside": 1, "blanks inside": 3}.get(text, 0)
        lead = "- " if text == "dash" else ""
        maker.say(f"{lead}{a.title()} {b}", a, b)
        maker.rows += [""] * gaps
        maker.say(f"{lead}{c} {d}.", c, d)
        for _ in range(60 if text == "many rows" else 0):
            word = maker.word()
            maker.say(word, word)
    elif text == "number row":
        maker.say(f"{a.title()} {b} {c} {d}", a, b, c, d)
        maker.count += 1
        maker.say(str(1000 + maker.count), str(1000 + maker.count))
    elif text == "sound alone":
        maker.say(sound)
    elif text != "empty":
        shown = {
            "italic": f"<i>{a.title()} {b}</i> {c} {d}.",
            "font": f'<font color="#ff0000" size=4>{a.title()} {b} {c}</font> {d}.',
            "class": f"<c.yellow.bg_blue>{a.title()}</c> {b} <b>{c}</b> {d}.",
            "override": f"{{\\an8}}{{\\pos(10,20)}}{a.title()} {b} {{\\i1}}{c}{{\\i0}} {d}.",
            "line break": f"{a.title()} {b}\\N{c}<br/>{d}.",
            "hard space": f"{a.title()}\\h{b}&nbsp;{c} {d}.",
            "entity": f"{a.title()} &amp; {b} &quot;{c}&quot; &#39;{d}&#39;.",
            "no entity": f"{a.title()} &{b} AT&T {c} & {d}.",
            "no tag": f"{a.title()} <{b} and {c}> {d}.",
            "label": f"{name}: {plain}",
            "arrows": f">> {name}: {plain}",
            "bracket label": f"[{name}]: {plain}",
            "label inside": f"{a.title()} {b}. >> {name}: {c} {d}.",
            "sound": f"{sound} {plain}",
            "aside": f"{a.title()} ({b} {c}) {d}.",
            "colon": f"The {a}: {b} {c} {d}.",
            "escaped tag": f"&lt;i&gt;{a.title()} {b}&lt;/i&gt; {c} {d}.",
            "unclosed": f"<i>{a.title()} {b} [{c} {d}",
            "time of day": f"12:30: {a} {b}, 1:05 {c} {d}.",
            "emphasis": f"{a.title()} *{b}* {c} _{d}_.",
            "lone punctuation": f"— {a.title()} — {b} … {c} - {d} .",
            "voice": f"<v.loud Maria Lopez>{plain}</v>" if kind == "vtt" else plain,
            "inline": f"{a.title()}<00:00:01.500><c> {b}</c><00:00:02.000><c> {c}</c> {d}." if kind == "vtt" else plain,
        }.get(text, plain)
        maker.say(shown, a, b, c, d)


def _add_again(maker: _Maker, kind: str) -> None:
    """The same words once more at the same time, as when a file was written twice."""
    last = max(index for index, row in enumerate(maker.rows) if "-->" in row or "," in row or row.count(":") > 1)
    maker.rows += [*maker.rows[last:]]


def _add_rolling(maker: _Maker, place: int) -> None:
    """Two lines that roll up."""
    a, b, c = (maker.word() for _ in range(3))
    maker.rows.append(_timing("vtt", place, "usual").replace(".500", ".999"))
    maker.say(a, a)
    maker.rows += ["", _timing("vtt", place + 1, "usual"), a]
    maker.say(f"{b} {c}", b, c)
    maker.rows.append("")
