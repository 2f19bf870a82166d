"""What a person asks for is checked when it is asked for, in the same words however it comes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic import ClipsRequest, VideoRequest
from automagic.destinations.shared.publication import Options
from automagic.errors import RequestError
from automagic.jobs.kinds import find_kind
from automagic.stages.request_files import caption_place
from automagic.stages.requests import each_take

NAN, INF = float("nan"), float("inf")

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"duration_s": -5}, "duration -5 is not between 5 and 3600 seconds"),
    ({"duration_s": NAN}, "duration nan is not between 5 and 3600 seconds"),
    ({"duration_s": INF}, "duration inf is not between 5 and 3600 seconds"),
    ({"duration_s": "soon"}, "duration: 'soon' is not a number"),
    ({"duration_s": True}, "duration: True is not a number"),
    ({"duration_s": None}, "duration: None is not a number"),
    ({"take": 0}, "take 0 is not between 1 and 1000"),
    ({"take": 1.5}, "take: 1.5 is not a whole number"),
    ({"platforms": ()}, "no platform is named"),
    ({"platforms": "shorts"}, "platform: 'shorts' is not a list"),
    ({"platforms": ("shorts", 3)}, "platform: something in ('shorts', 3) is not a text"),
    ({"platforms": ("shrots",)}, "there is no platform 'shrots'"),
    ({"max_cost_usd": Decimal(-1)}, "max-cost -1 is not a valid amount of US dollars"),
    ({"max_cost_usd": Decimal("NaN")}, "max-cost NaN is not a valid amount of US dollars"),
    ({"max_cost_usd": "much"}, "max-cost: 'much' is not an amount such as 0.50"),
    ({"writer": "opnai"}, "--writer: there is no writer 'opnai'"),
    ({"narrator": ","}, "--narrator names no narrator"),
    ({"language": "klingon"}, "language 'klingon' is not a valid language tag"),
    ({"publish": ("youtub",)}, "there is no destination 'youtub'"),
    ({"publish": "youtube"}, "publish: 'youtube' is not a list"),
    ({"draft": "yes"}, "draft: 'yes' is not true or false"),
    ({"images": 3}, "images: 3 is not a path"),
    ({"voice": b"af_heart"}, "voice: b'af_heart' is not a text"),
    ({"publication": "public"}, "publication: 'public' is not an object"),
    ({"topic": "Tides", "source": "tides.md"}, "topic and source cannot be used together"),
    ({"topic": None}, "there is nothing to make a video about"),
    ({"topic": "  "}, "there is nothing to make a video about"),
]

WRONG_CLIPS: list[tuple[dict[str, Any], str]] = [
    ({"max_clips": -1}, "max-clips -1 is not between 1 and 200"),
    ({"max_clips": "3"}, "max-clips: '3' is not a whole number"),
    ({"min_s": NAN}, "min nan and max 60 do not fit"),
    ({"min_s": 70}, "min 70 and max 60 do not fit"),
    ({"max_s": INF}, "min 15 and max inf do not fit"),
    ({"layout": "zoom"}, "there is no layout 'zoom'"),
    ({"layout": 3}, "layout: 3 is not a text"),
    ({"recording": ""}, "there is no recording to make clips of"),
    ({"recording": ("a.mp4", "b.mp4")}, "recording: ('a.mp4', 'b.mp4') is not a text"),
    ({"more": "b.mp4"}, "more: 'b.mp4' is not a list"),
    ({"platforms": []}, "no platform is named"),
    ({"ranker": "whisper"}, "--ranker: there is no ranker 'whisper'"),
    ({"transcriber": "features"}, "--transcriber: there is no transcriber 'features'"),
    ({"language": "english"}, "language 'english' is not a valid language tag"),
    ({"originals": {"a": 1}}, "originals: something in {'a': 1} is not a text"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_video_that_cannot_be_is_refused_when_it_is_asked_for(change, said):
    with pytest.raises(RequestError) as caught:
        VideoRequest(**{"topic": "Tides", **change})
    assert caught.value.message == said


@pytest.mark.parametrize(("change", "said"), WRONG_CLIPS)
def test_clips_that_cannot_be_are_refused_when_they_are_asked_for(change, said):
    with pytest.raises(RequestError) as caught:
        ClipsRequest(**{"recording": "talk.mp4", **change})
    assert caught.value.message == said


def test_a_changed_request_is_checked_again():
    with pytest.raises(RequestError, match="take 0 "):
        replace(VideoRequest(topic="Tides"), take=0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"privacy": "publik"}, "there is no privacy 'publik'"),
        ({"publish_at": "tomorrow"}, "publish-at: 'tomorrow' is not a time such as 2027-01-31T18:00+01:00"),
        ({"made_for_kids": 1}, "made-for-kids: 1 is not true or false"),
        ({"playlist": None}, "playlist: None is not a text"),
    ],
)
def test_how_it_is_published_is_checked_too(change, said):
    with pytest.raises(RequestError) as caught:
        Options(**change)
    assert caught.value.message == said
    with pytest.raises(RequestError):
        Options(publish_at=datetime(2030, 1, 1))  # noqa: DTZ001 - that is the fault


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ({"duration": "3"}, {"duration_s": 3}),
        ({"take": "0"}, {"take": 0}),
        ({"platform": "shrots"}, {"platforms": ("shrots",)}),
        ({"max_cost": "-1"}, {"max_cost_usd": Decimal(-1)}),
        ({"illustrator": "nobody"}, {"illustrator": "nobody"}),
        ({"source": "a.md"}, {"source": "a.md"}),
        ({"publish": "fodler:x"}, {"publish": ("fodler:x",)}),
        ({"privacy": "publik"}, {}),
    ],
)
def test_a_line_of_a_batch_file_is_refused_in_the_same_words(written, asked, tmp_path):
    with pytest.raises(RequestError) as from_file:
        find_kind("video").read({"topic": "Tides", **written}, folder=tmp_path)
    with pytest.raises(RequestError) as from_python:
        VideoRequest(**{"topic": "Tides", **asked}) if asked else Options(privacy="publik")  # type: ignore[arg-type]
    assert (from_file.value.message, from_file.value.hint) == (from_python.value.message, from_python.value.hint)


def test_what_is_not_known_is_refused_with_its_nearest(tmp_path):
    with pytest.raises(RequestError, match="there is nothing called platfrom") as caught:
        find_kind("clips").read({"recording": "a.mp4", "platfrom": "shorts"}, folder=tmp_path)
    assert caught.value.hint.startswith("Did you mean platform? Known are: recording, platform, ")


def test_the_same_wish_in_other_types_is_the_same_request():
    loose: dict[str, Any] = {"source": Path("a.md"), "platforms": ["shorts"], "duration_s": 45, "images": "pictures"}
    assert VideoRequest(**loose) == VideoRequest(source="a.md", platforms=("shorts",), images=Path("pictures"))
    assert isinstance(VideoRequest(**loose).duration_s, float)
    recording: Any = Path("talk.mp4")
    assert ClipsRequest(recording, min_s=15) == ClipsRequest("talk.mp4")


def test_a_job_of_an_older_version_is_read_as_it_was_kept(tmp_path):
    _, data, *_ = find_kind("video").pack(VideoRequest(topic="Tides", max_cost_usd=Decimal("0.50"), redo=("speak",)))
    assert set(data) == {one.name for one in fields(VideoRequest)}
    kept = msgspec.json.decode(msgspec.json.encode({k: v for k, v in data.items() if k != "publication"}))
    assert find_kind("video").unpack(kept, tmp_path, out=tmp_path / "out").max_cost_usd == Decimal("0.50")


@given(
    st.sampled_from([one.name for one in fields(VideoRequest)]),
    st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=9), st.lists(st.text(max_size=9)), st.binary()),
)
def test_whatever_a_field_is_given_is_taken_or_refused(name, value):
    with suppress(RequestError):
        request = VideoRequest(**{"topic": "Tides", name: value})
        assert request == replace(request)


def test_several_takes_are_as_many_requests_each_with_a_folder_of_its_own():
    one = VideoRequest(topic="Tides", take=2, out=Path("made"))
    assert each_take(one, 1) == (one,)
    second, third = each_take(one, 2)
    assert (second.take, second.out, third.take, third.out) == (2, Path("made/take-2"), 3, Path("made/take-3"))
    assert [request.out for request in each_take(replace(one, out=None), 3)] == [None] * 3
    with pytest.raises(RequestError, match="only once"):
        each_take(VideoRequest(source="-"), 2)


def test_captions_in_the_middle_may_be_spelt_both_ways_and_elsewhere_are_refused():
    assert caption_place(VideoRequest(topic="Tides", captions="center").captions) == "centre"
    with pytest.raises(RequestError, match="captions: 'botom' is not a valid choice") as caught:
        VideoRequest(topic="Tides", captions="botom")
    assert "Did you mean bottom?" in caught.value.hint
    with pytest.raises(RequestError, match=r"speed 3 is not between 0.7 and 1.4"):
        VideoRequest(topic="Tides", speed=3.0)
