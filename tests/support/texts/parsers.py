"""Everything of the package that reads what others wrote, each with examples that it reads; for the tests that fuzz.

A parser is given a file of bytes in a folder of its own. Whatever stands in it, it gives a value or one of our errors.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from automagic.cli.jobs.add import _read_lines
from automagic.cli.schedule.commands import _read_option
from automagic.destinations.shared.registry import parse_destination
from automagic.destinations.shared.result_folder import read_results
from automagic.destinations.youtube.api import explain_refusal, reason_of
from automagic.destinations.youtube.google_oauth import load_token, read_client
from automagic.errors import AutomagicError
from automagic.gate.prices import PRICES, load_prices
from automagic.gate.replies import Reply, explain
from automagic.jobs.kinds import find_kind
from automagic.jobs.queue.failures import read_error
from automagic.jobs.queue.reads import read_object
from automagic.jobs.queue.serializer import JsonSerializer
from automagic.jobs.schedule.entry import find_problems
from automagic.jobs.schedule.file import find_schedules, remove_schedule
from automagic.jobs.schedule.times import due_times
from automagic.jobs.schedule.topics import read_topic_file
from automagic.language.moments.weights import SHIPPED as WEIGHTS
from automagic.language.moments.weights import load_weights
from automagic.language.names.file import load_names
from automagic.language.script.file import parse_script
from automagic.media.design.svg import read_svg, scaled
from automagic.media.design.theme_files import load_theme
from automagic.media.design.vector_pictures import is_svg, unpack
from automagic.media.framing.picture_files import check_picture, read_picture
from automagic.media.sound.audio_tracks import AudioPick
from automagic.monitor.alert_rules import SHIPPED as ALERTS
from automagic.monitor.alert_rules import load_rules
from automagic.monitor.alerts import STATE_NAME, read_episodes
from automagic.monitor.histogram import decode_histogram
from automagic.products.clips.planning.edited import CutPlan, read_plan, write_plan
from automagic.providers.anthropic.api import AnthropicWriter
from automagic.providers.commons.api import read_commons_page, read_openverse_result, strip_html
from automagic.providers.elevenlabs.sound import read_answer, time_words
from automagic.providers.gemini.api import GeminiWriter
from automagic.providers.openai.api import OpenAIWriter
from automagic.providers.pexels.api import read_photo
from automagic.providers.shared.pictures import read_offers
from automagic.providers.shared.script_draft import find_faults, read_draft
from automagic.providers.wikipedia.text import read_extract
from automagic.reading.env_file import read_env
from automagic.setting_names import tell_unknown
from automagic.settings import Settings, load_settings
from automagic.sources.file import read_file, read_text
from automagic.sources.standard_input import read_standard_input
from automagic.sources.text import read_document
from automagic.sources.transcripts.file import read_transcript
from automagic.store.digests import _read as read_digests
from automagic.store.inventory import read_manifest
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.words import Word
from automagic.weights.model_files import _read_stamp
from tests.support.texts import exported_transcripts as tools
from tests.support.texts.written_scripts import GOOD, TIDES
from tests.support.vendors.asked_material import PORTRAIT


@dataclass(frozen=True)
class Parser:
    """Something that reads.

    Attributes:
        file: What the file is called.
        read: Is given the file, which is alone in its folder.
        seeds: What it reads without a fault.
        cost: How many times longer than most it takes.
    """

    name: str
    file: str
    read: Callable[[Path], object]
    seeds: tuple[bytes, ...]
    cost: int = 1


RECORDING = Artifact("0" * 64, "video/mp4", 1)
BUNDLED = Path(ALERTS).parent
FRAME_SIZE = (32, 32)


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def _stored(value: object) -> object:
    """What is read has to be fit to be kept: no half characters."""
    return msgspec.json.encode(value, enc_hook=str)


# ---------------------------------------------------------------------------------------------- TOML

SCHEDULES = b"""# Mine
[news]
at = ["09:00", "18:30"]
zone = "Europe/Berlin"
topics = ["Tides", "Bridges"]
repeat = true
duration = 60
platform = ["shorts", "square"]

[weekly]
cron = "0 9 * * 1"
topics_file = "topics.txt"
missed = "skip"

[often]
every = "6h"
source = "talk.md"
max_cost = "1.50"
"""


def _schedules(path: Path) -> object:
    found = find_schedules(Settings(automagic_home=path.parent), path.parent)
    for schedule in found.schedules:
        find_problems(schedule)
        list(islice(due_times(schedule.timing, 1_800_000_000.0), 3))
    remove_schedule(path, "news")
    return found


def _prices(path: Path) -> object:
    prices = load_prices(path)
    prices.text("openai", "gpt-5.4", input_tokens=10**6, output_tokens=10**5)
    return [f"{price.usd:.4f}" for several in prices.list().values() for price in several]


THEME = b"""label = "Mine"
mode = "light"
palette = "bold"
motion = "lively"
transition = "wipe"
grain = 0.01
blur = 0.1
[scale]
figure = 0.3
[fonts]
headline = { family = "Poppins", weight = 700, tracking = -0.02, leading = 1.1 }
[composition]
align = "center"
emphasis = "plate"
[captions]
family = "Inter"
weight = 800
size = 0.08
uppercase = false
outline = 0.1
plate = 0.5
line_height = 1.2
"""


def _theme(path: Path) -> object:
    theme = load_theme(str(path.parent))
    return theme.families


# ---------------------------------------------------------------------------------------------- JSON

PLAN = write_plan(
    CutPlan(
        "Bees",
        RECORDING.sha256,
        "talk.mp4",
        (
            ClipPlan("a1", "One", (KeptRange(1.0, 4.5), KeptRange(5.0, 9.0)), words=(Word("Bees", 1.2, 1.6),)),
            ClipPlan("b2", "Two", (KeptRange(20, 40),), "fit"),
        ),
        AudioPick((1, 2), "mixed", (0.0, -3.0)),
    )
)
SECRETS = _dump({"installed": {"client_id": "1.apps.googleusercontent.com", "client_secret": "x", "redirect_uris": []}})
TOKEN = _dump({"access_token": "a", "refresh_token": "r", "expires_at": 2e9, "scopes": ["a", "b"]})
JOBS = (
    b'{"topic": "Tides", "duration": 60, "platform": "shorts square", "priority": "high", "key": "k1"}\n'
    b'{"source": "a.md", "at": "2030-01-31T18:00+01:00", "music": "none", "brand_colors": ["#ff0000"]}\n'
    b'{"kind": "clips", "recording": "talk.mp4", "max_clips": 3, "min": 10, "max": 40}\n'
)
JOBS_CSV = b'topic,platform,priority,duration\nTides,"shorts square",high,60\n"A ""good"" one",,low,\n'
REQUEST = _dump(
    {"topic": "Tides", "duration_s": 60.0, "platforms": ["shorts"], "max_cost_usd": "1.50", "source": None, "take": 2}
)
METADATA = _dump(
    {
        "generator": "AutoMagic 1.0",
        "name": "tides",
        "files": ["metadata.json", "video.mp4"],
        "sha256": {},
        "title": "Tides",
        "description": "",
        "tags": ["sea"],
        "language": "en",
        "duration_s": 60.5,
    }
)
CLIPS = _dump({"clips": [{"id": "a1", "folder": "1-one", "title": "One", "passed": True, "number": 1}]})
STATE = (
    _dump({"talk.mp4": [[1, 2, 3, 4, 5], "0" * 64]}),
    _dump({"disk": {"since": 1.5, "raised_at": None}}),
    _dump({"generator": "AutoMagic 1", "files": ["a.mp4"]}),
    _dump({"model.onnx": [10, 11, "0" * 64]}),
    _dump({"1": 2, "30": 4}),
    _dump({"__error__": {"name": "X", "message": "no", "hint": "", "exit_code": 2}}),
)


def _jobs(path: Path) -> object:
    made = []
    for _, line in _read_lines(path):
        if isinstance(line, dict):
            values = dict(line)
            kind = values.pop("kind", "video")
            for one in ("priority", "at", "key"):
                values.pop(one, None)
            try:
                made.append(find_kind(kind).read(values, folder=path.parent))
            except AutomagicError as error:
                made.append(error)
    return made


def _request(path: Path) -> object:
    data = JsonSerializer().deserialize(path.read_text("utf-8", "replace"))
    try:
        return find_kind("video").unpack(data, path.parent, out=path.parent) if isinstance(data, dict) else None
    except msgspec.ValidationError as error:  # a job document is ours: the worker keeps it as the job's failure
        return error


def _result(path: Path) -> object:
    (path.parent / "quality.json").write_bytes(b'{"shorts": {"passed": true}}')
    (path.parent / "video.mp4").write_bytes(b"x")
    clip = path.parent / "1-one"
    clip.mkdir(exist_ok=True)
    for name, data in (
        ("metadata.json", METADATA),
        ("quality.json", b'{"shorts": {"passed": true}}'),
        ("video.mp4", b"x"),
    ):
        (clip / name).write_bytes(data)
    return read_results(path.parent, run_id="x")


def _state(path: Path) -> object:
    folder, data = path.parent, path.read_bytes()
    text = data.decode("utf-8", "replace")
    for name in (STATE_NAME, "metadata.json", "checked.json"):
        (folder / name).write_bytes(data)
    with contextlib.suppress(AutomagicError):
        decode_histogram(text)
    return (
        read_digests(path),
        read_episodes(folder),
        read_manifest(folder),
        _read_stamp(folder),
        read_object(text),
        read_error(text),
    )


ANTHROPIC = _dump(
    {
        "content": [{"type": "text", "text": json.dumps(GOOD)}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 5, "output_tokens": 9},
    }
)
OPENAI = _dump(
    {
        "choices": [{"message": {"content": json.dumps(GOOD), "refusal": None}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 9},
    }
)
GEMINI = _dump(
    {
        "candidates": [{"content": {"parts": [{"text": json.dumps(GOOD)}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 9},
    }
)
COMMONS = _dump(
    {
        "title": "File:Tide_pool.jpg",
        "imageinfo": [
            {
                "url": "https://upload.wikimedia.org/a.jpg",
                "thumburl": "https://upload.wikimedia.org/200px-a.jpg",
                "descriptionurl": "https://commons.wikimedia.org/wiki/File:a.jpg",
                "width": 4000,
                "height": 3000,
                "mime": "image/jpeg",
                "extmetadata": {
                    "LicenseShortName": {"value": "CC BY-SA 4.0"},
                    "Artist": {"value": "<a href='x'>Me</a>"},
                    "Assessments": {"value": "featured"},
                },
            }
        ],
    }
)
OPENVERSE = _dump(
    {
        "license": "by",
        "license_version": "4.0",
        "url": "https://a/b.jpg",
        "foreign_landing_url": "https://a",
        "width": 400,
        "height": 300,
        "tags": [{"name": "sea"}],
        "title": "Tide",
        "creator": "Me",
    }
)
PHOTO = _dump(
    {
        "id": 1,
        "width": 4000,
        "height": 3000,
        "url": "https://www.pexels.com/photo/1/",
        "photographer": "Me",
        "alt": "Sea",
        "src": {
            "original": "https://images.pexels.com/1.jpg",
            "large": "https://images.pexels.com/1.jpg?auto=compress&cs=tinysrgb&dpr=2&h=650&w=940",
        },
    }
)
SPOKEN = _dump(
    {
        "audio_base64": "AAAAAAAA",
        "alignment": {
            "characters": ["H", "i"],
            "character_start_times_seconds": [0.0, 0.1],
            "character_end_times_seconds": [0.1, 0.2],
        },
    }
)
REFUSAL = _dump({"error": {"code": 403, "message": "No", "errors": [{"reason": "quotaExceeded"}]}})


def _reply(path: Path) -> Reply:
    return Reply(403, {"content-type": "application/json", "retry-after": "5"}, path.read_bytes(), "https://x.test/a")


def _answers(path: Path) -> object:
    """All that vendors answer, read as each of them."""
    from automagic.reading.json import parse_json

    reply = _reply(path)
    explain(reply, "openai"), explain_refusal(reply), reason_of(reply)
    read: list[object] = []
    for kind in (AnthropicWriter, OpenAIWriter, GeminiWriter):
        try:
            shape: Any = kind.reply
            said = kind.understand(object.__new__(kind), parse_json(reply.body, name="it", type=shape))
            if said is not None:
                read.append(list(find_faults(read_draft(said.completion.text), _brief())))
        except AutomagicError as error:
            read.append(error)
    try:
        _, times = read_answer(reply.body)
        read.append(time_words(times, "Hi"))
    except AutomagicError as error:
        read.append(error)
    entry = reply.json()
    if isinstance(entry, dict):
        read += read_offers([entry], read_commons_page)
        read += read_offers([entry], read_openverse_result)
        read += read_offers([entry], partial(read_photo, searched="sea", frame=PORTRAIT))
    return _stored(read)


def _brief() -> Any:
    from automagic.providers.shared.script_draft import WriterBrief

    return WriterBrief(30.0, document=TIDES)


# ---------------------------------------------------------------------------------------------- texts

ARTICLE = b"""---
title: How tides work
author: Me
date: 2027-01-31
tags: [sea, moon]
---
# How tides work

The Moon pulls the water of the sea, **twice** a day. See [the map](https://x.test "a").

| place | height |
|---|---|
| Fundy | 16 m |

1. In the Bay of Fundy the water rises by 16 metres[^1].
2. $24.9B and 3.5 % of it, on 5/6/2027 at 10:30.

> *Nobody* waits for the tide, `said` he; ![a](b.png) <br> &amp; &#x1f600;

```python
print(1)
```
[^1]: A note.
"""
HTML = b"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Tides</title>
<meta name="author" content="Me"><meta property="article:published_time" content="2027-01-31T10:00:00Z"></head>
<body><nav><a href="/">Home</a></nav><article><h1>How tides work</h1>
<p>The Moon pulls the water of the sea, and makes two bulges; the Earth turns under them twice a day, they say.</p>
<ul><li>In the Bay of Fundy the water rises by sixteen metres, higher than anywhere else.</li></ul>
<table><tr><td>a</td><td>b</td></tr></table><pre>code</pre><blockquote>Time waits for no one.</blockquote>
<p>The Sun pulls as well, about 46 % as strongly. When both pull in line, the tide is highest.</p></article></body>
</html>
"""
SCRIPT = b"""# Why the sea rises
<!-- voice: anna -->
## The Moon
![the moon](moon.jpg)
NARRATOR: The Moon pulls the water of the sea. **It** makes two bulges. [music fades]

---
[SCENE 2 - EXT. SEA - DAY]
Picture: sea.png
In the Bay of Fundy the water rises by 16 metres (52 ft), for $1.5 million.

- One
- Two
"""
SRT = b"""1
00:00:00,500 --> 00:00:01,600 X1:10
<i>Bees</i> dance.

2
00:00:03,000 --> 00:00:03,400
- TOM: Why?
- {\\an8}Because.
"""
VTT = b"""WEBVTT - a talk
Kind: captions

NOTE not said

STYLE
::cue { color: red }

intro
00:00.500 --> 00:01.600 align:start position:0%
<v Anna Lee>Bees <00:00:01.000><c>dance.</c></v>

00:03.000 --> 00:03.400
Why?
"""
ENV = b"""# Mine
OPENAI_API_KEY="sk-1"
VIDEO_CRF=20
export MAX_COST_USD=1.50 # dollars
DAILY_RUN_TIME='09:00'
BRAND_COLORS=#ff0000,#00ff00
PRICE_OVERRIDES=prices.toml
DATABASE_URL=postgresql://u:p@localhost/x
LOG_LEVEL=INFO
AUTOMAGIC_HOME=~/x
"""
EXTRACT = b"""A tide (from Old English: tid) is the rise of sea levels.[1] See 52\xc2\xb030'N 13\xc2\xb024'E.

== Causes ==
The Moon {\\displaystyle a^{2}} pulls.
  indented
=== See also ===
Not this.
"""
DESTINATIONS = b"folder:/tmp/x"
OPTION = b"duration=60"
SVG = (
    b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
    b'<svg xmlns="&ns;" width="10mm" height="50%" viewBox="0 0 10 10"><style>.a{fill:red}</style>'
    b'<g class="a" transform="scale(2)"><path d="M0 0L5 5z"/><text x="1">Hi &amp; bye</text><use href="#b"/></g></svg>'
)


def _svg(path: Path) -> object:
    data = path.read_bytes()
    return is_svg(data) and scaled(read_svg(unpack(data, "it"), pictures=True), (16, 16))


def _script(path: Path) -> object:
    script = parse_script(read_text(path))
    return _stored(script)


def _settings(path: Path) -> object:
    read_env(path)
    list(tell_unknown(path.parent, {}))
    return load_settings(environment={}, folder=path.parent)


def _extract(path: Path) -> object:
    text = path.read_text("utf-8", "replace")
    return read_extract(text, "en"), strip_html(text)


def _arguments(path: Path) -> object:
    """What a person gives with flags."""
    text = path.read_text("utf-8", "replace")
    for read in (_read_option, parse_destination):
        try:
            read(text)
        except AutomagicError:
            continue
    return text


def _piped(path: Path) -> object:
    return _stored(read_standard_input(io.BytesIO(path.read_bytes())))


def _page(path: Path) -> object:
    data = path.read_bytes()
    charset = data[:12].decode("latin-1")
    return _stored(read_document(data, location="https://x.test/a", media_type=f"text/html; charset={charset}"))


def _picture(path: Path) -> object:
    return check_picture(path) or read_picture(path, FRAME_SIZE)[0].tobytes()


def _pictures() -> tuple[bytes, ...]:
    from PIL import Image

    written = []
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        more = {"exif": exif} if kind in ("PNG", "JPEG", "TIFF", "WEBP") else {}
        Image.linear_gradient("L").resize((24, 16)).convert("RGB").save(file, kind, **more)
        written.append(file.getvalue())
    return tuple(written)


TRANSCRIPTS = {
    "json": (
        tools.DEEPGRAM, tools.AWS, tools.GOOGLE, tools.GOOGLE_2, tools.REV, tools.SPEECHMATICS, tools.IBM, tools.AZURE,
        tools.AZURE_FAST, tools.ASSEMBLY, tools.ELEVENLABS, tools.GLADIA, tools.PREMIERE, tools.WHISPER_CPP,
        tools.PODCAST, tools.CHUNKS, tools.YOUTUBE, tools.STRINGS,
        {"segments": [{"start": 0, "end": 1.5, "text": " Bees", "avg_logprob": -0.3, "words": [
            {"word": " Bees", "start": 0.1, "end": 1.0, "probability": 0.9}]}], "language": "en"},
        {"words": [{"text": "Bees", "start_s": 0.5, "end_s": 0.9}], "language": "en", "speakers": ["A"]},
    ),
    "subtitles": (SRT, VTT, tools.SBV, tools.SUBVIEWER, tools.DOUBLED),
    "markup": (tools.ASS, tools.MICRODVD, tools.TTML, tools.SRV1, tools.SRV3, tools.PAGE),
    "texts": (
        tools.OTTER, tools.REV_TEXT, tools.DESCRIPT, tools.TRINT, tools.PLAYER, tools.STATION, tools.LYRICS,
        tools.TABLE, tools.LABELS, tools.EDITED, tools.PREMIERE_TEXT, tools.AVID, tools.SONIX, tools.ZOOM_TEXT,
        tools.VOSK,
    ),
}  # fmt: skip


def _bytes(seed: Any) -> bytes:
    return seed if isinstance(seed, bytes) else seed.encode() if isinstance(seed, str) else _dump(seed)


NAMES = """
[names."Siobhan"]
say = "shi-VAWN"
say_ipa = "/ʃɪˈvɔːn/"
heard = ["Shavonne", "chef on"]

[names.automagic]
spelled = "AutoMagic"
keep = true
""".encode()


def _all() -> Iterator[Parser]:
    yield Parser("schedules", "schedules.toml", _schedules, (SCHEDULES,), 4)
    yield Parser("alerts", "alerts.toml", lambda path: load_rules(path.parent), (ALERTS.read_bytes(),))
    yield Parser("weights", "clips.toml", lambda path: load_weights(path.parent), (WEIGHTS.read_bytes(),))
    yield Parser("names", "names.toml", lambda path: load_names(path.parent), (NAMES,))
    yield Parser("prices", "prices.toml", _prices, (PRICES.read_bytes(),), 4)
    yield Parser("theme", "theme.toml", _theme, (THEME,), 2)
    yield Parser("topics", "topics.txt", read_topic_file, (b"# mine\nTides\n\nBridges\r\n",))
    yield Parser("env", ".env", _settings, (ENV,))
    yield Parser("plan", "plan.json", lambda path: _stored(read_plan(path, RECORDING, 60.0)), (PLAN,))
    yield Parser("client", "secrets.json", lambda path: read_client("", None, path), (SECRETS,))
    yield Parser("token", "token.json", load_token, (TOKEN,))
    yield Parser("batch", "jobs.jsonl", _jobs, (JOBS,), 2)
    yield Parser("batch table", "jobs.csv", _jobs, (JOBS_CSV,), 2)
    yield Parser("request", "request.json", _request, (REQUEST,))
    yield Parser("result", "metadata.json", _result, (METADATA,))
    yield Parser("clips", "clips.json", _result, (CLIPS,))
    yield Parser("state", "digests.json", _state, STATE)
    answers = (ANTHROPIC, OPENAI, GEMINI, COMMONS, OPENVERSE, PHOTO, SPOKEN, REFUSAL)
    yield Parser("answers", "answer.json", _answers, answers, 2)
    for kind, seeds in TRANSCRIPTS.items():
        read = lambda path: _stored(read_transcript(path))  # noqa: E731 - one of a kind
        yield Parser(f"transcript {kind}", "talk.srt", read, tuple(map(_bytes, seeds)), 2)
    yield Parser("markdown", "a.md", lambda path: _stored(read_file(path)), (ARTICLE,), 4)
    yield Parser("text", "a.txt", lambda path: _stored(read_file(path)), (ARTICLE, SCRIPT), 4)
    yield Parser("html", "a.html", lambda path: _stored(read_file(path)), (HTML,), 20)
    yield Parser("page", "a.html", _page, (HTML,), 20)
    yield Parser("piped", "a", _piped, (ARTICLE, HTML), 10)
    yield Parser("script", "script.md", _script, (SCRIPT,), 4)
    yield Parser("wikipedia", "a.txt", _extract, (EXTRACT,))
    yield Parser("arguments", "a", _arguments, (OPTION, b"platform=[1]", DESTINATIONS, b"webhook:https://x.test/a?b=1"))
    yield Parser("svg", "a.svg", _svg, (SVG, gzip.compress(SVG, mtime=0)))
    yield Parser("pictures", "a.png", _picture, _pictures())


PARSERS = {parser.name: parser for parser in _all()}


def run(parser: Parser, data: bytes, folder: Path) -> object:
    """What a parser makes of these bytes, or the error that it raises."""
    for other in folder.iterdir():
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    path = folder / parser.file
    path.write_bytes(data)
    try:
        return parser.read(path)
    except AutomagicError as error:
        str(error).encode()  # which fails for half of a character, that no terminal shows
        return error
