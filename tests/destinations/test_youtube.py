"""Each video is uploaded to YouTube once, whatever is lost, ended or killed on the way."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import stat
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from automagic.database.publication_tables import publications
from automagic.destinations.shared.publication import DestinationAccess, Options, Publication
from automagic.destinations.shared.result_folder import read_result
from automagic.destinations.youtube import texts as youtube_texts
from automagic.destinations.youtube.channel import TOKEN_FILE, GoogleServices, YouTube
from automagic.destinations.youtube.google_oauth import OAuthToken, load_token, save_token
from automagic.errors import AutomagicError, ConfigurationError, Permanent, RequestError, Retryable, VendorError
from automagic.values.secret import Secret
from tests.support.homes.result_folders import having, make_result, open_access
from tests.support.processes.python_programs import Program, start
from tests.support.servers.base import Fault
from tests.support.servers.youtube import CAPTIONS_SCOPE, GRANULE, UPLOAD_SCOPE, YouTubeServer
from tests.support.vendors.youtube_channel import channel, permit

# support/servers/base.py keeps what it saw under a plain name.
FILM = hashlib.sha256(b"film").digest() * (4 * GRANULE // 32)
CHUNKS = 5  # 4 granules and a few bytes
UTC_NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[YouTubeServer]:
    with YouTubeServer() as server:
        yield server


@pytest.fixture
async def access(server, home, engine) -> AsyncIterator[DestinationAccess]:
    permit(server, home)
    client = {"YOUTUBE_CLIENT_ID": server.client_id, "YOUTUBE_CLIENT_SECRET": Secret(server.client_secret)}
    async with open_access(home, engine, **client) as access:
        yield access


@pytest.fixture
def publication(tmp_path, store) -> Publication:
    return read_result(make_result(tmp_path / "2026-01-31-honey", store, video=FILM), run_id="run-1")


def digest(publication: Publication, platform: str = "shorts") -> str:
    return hashlib.sha256(publication.videos[platform].read_bytes()).hexdigest()


def contents(server: YouTubeServer) -> list[str]:
    return [video.sha256 for video in server.videos.values()]


class TestOneUpload:
    async def test_a_video_arrives_with_captions_thumbnail_and_what_the_law_asks(self, server, access, publication):
        (receipt,) = await channel(server, access).publish(publication)
        (video,) = server.videos.values()
        assert video.sha256 == digest(publication)
        assert receipt.url == f"https://youtu.be/{video.id}"
        assert (receipt.state, receipt.platform, receipt.notices) == ("published", "shorts", ())
        assert video.resource["snippet"]["title"] == "Honey keeps"
        assert "#Shorts" in video.resource["snippet"]["description"]
        assert video.resource["status"]["privacyStatus"] == "private"
        assert video.resource["status"]["containsSyntheticMedia"] is True
        assert video.resource["status"]["selfDeclaredMadeForKids"] is False
        ((snippet, track),) = video.captions
        assert snippet["language"] == "en"
        assert track == publication.captions.read_bytes()
        assert video.thumbnail == publication.thumbnails["shorts"].read_bytes()
        assert len(server.ranges) == CHUNKS

    async def test_a_time_makes_it_private_until_then(self, server, access, publication):
        options = Options(privacy="public", publish_at=UTC_NEW_YEAR, made_for_kids=True, category="Education")
        (receipt,) = await channel(server, access, options).publish(publication)
        (video,) = server.videos.values()
        assert receipt.state == "scheduled"
        assert video.resource["status"]["publishAt"] == "2030-01-01T00:00:00Z"
        assert video.resource["status"]["privacyStatus"] == "private"
        assert video.resource["status"]["selfDeclaredMadeForKids"] is True
        assert video.resource["snippet"]["categoryId"] == "27"

    async def test_each_shape_that_is_meant_for_youtube_is_a_video(self, server, access, tmp_path, store):
        folder = make_result(tmp_path / "r", store, platforms=("shorts", "youtube", "square"), video=FILM)
        receipts = await channel(server, access).publish(read_result(folder, run_id="r"))
        assert [receipt.platform for receipt in receipts] == ["youtube", "shorts"]
        wide, tall = server.videos.values()
        assert "#Shorts" not in wide.resource["snippet"]["description"]
        assert "#Shorts" in tall.resource["snippet"]["description"]

    async def test_it_joins_a_playlist_once(self, server, access, publication):
        options = Options(playlist="PLtest")
        youtube = channel(server, access, options)
        await youtube.check()
        server.fail(Fault(drop="after"), path="/captions")
        (receipt,) = await youtube.publish(publication)
        await youtube.publish(publication)
        assert server.playlists["PLtest"] == [receipt.id]

    async def test_progress_is_told(self, server, access, publication):
        told: list[float] = []
        await channel(server, replace(access, progress=told.append)).publish(publication)
        assert told == sorted(told)
        assert told[0] == 0.0
        assert told[-1] == 1.0
        assert len(told) == CHUNKS + 1

    async def test_an_unaudited_project_is_explained(self, server, access, publication):
        server.verified = False
        (receipt,) = await channel(server, access, Options(privacy="public")).publish(publication)
        assert "stay private" in receipt.notices[0]


class TestOnce:
    async def test_the_same_run_is_not_uploaded_twice(self, server, access, publication):
        (first,) = await channel(server, access).publish(publication)
        (second,) = await channel(server, access).publish(publication)
        assert (second.state, second.id) == ("unchanged", first.id)
        assert server.inserts == 1

    async def test_nor_is_the_same_video_of_a_later_run(self, server, access, publication):
        await channel(server, access).publish(publication)
        (second,) = await channel(server, access).publish(replace(publication, run_id="run-2"))
        assert second.state == "unchanged"
        assert server.inserts == 1

    async def test_again_uploads_anew(self, server, access, publication):
        await channel(server, access).publish(publication)
        (second,) = await channel(server, access, Options(again=True)).publish(publication)
        assert second.state == "published"
        assert len(server.videos) == 2

    async def test_another_channel_is_another_place(self, server, access, publication):
        await channel(server, access).publish(publication)
        server.channel = "UCother000000000000000001"
        await channel(server, access).publish(publication)
        assert server.inserts == 2

    async def test_what_could_not_join_is_added_the_next_time(self, server, access, publication):
        server.fail(Fault(status=403), path="/thumbnails")
        (first,) = await channel(server, access).publish(publication)
        assert "thumbnail not added yet" in first.notices[0]
        (second,) = await channel(server, access).publish(publication)
        assert (second.state, second.notices) == ("unchanged", ())
        (video,) = server.videos.values()
        assert video.thumbnail
        assert len(video.captions) == 1
        assert server.billed("captions.insert") == 1

    async def test_captions_whose_answer_was_lost_are_not_sent_as_a_second_track(self, server, access, publication):
        server.fail(Fault(drop="after"), path="/captions")
        (receipt,) = await channel(server, access).publish(publication)
        assert receipt.notices == ()
        (video,) = server.videos.values()
        assert len(video.captions) == 1


class TestLosses:
    @pytest.mark.parametrize("kept", [0, GRANULE])
    async def test_a_chunk_lost_on_the_way_is_asked_about_and_sent_on(self, server, access, publication, kept):
        server.lose_chunk(kept=kept, times=3)
        await channel(server, access, chunk_bytes=2 * GRANULE).publish(publication)
        assert contents(server) == [digest(publication)]
        assert server.inserts == 1

    @pytest.mark.parametrize(
        "fault", [Fault(status=503), Fault(status=500), Fault(drop="before"), Fault(drop="after"), Fault(status=502)]
    )
    async def test_faults_of_the_service_are_waited_out(self, server, access, publication, fault):
        server.fail(fault, path="/upload/youtube/v3/videos", times=3)
        await channel(server, access).publish(publication)
        assert contents(server) == [digest(publication)]

    async def test_a_token_that_ends_in_the_middle_is_renewed(self, server, access, home, publication):
        server.on_chunk = lambda number: server.expire_tokens() if number == 2 else None
        await channel(server, access).publish(publication)
        assert contents(server) == [digest(publication)]
        kept = load_token(home / TOKEN_FILE)
        assert kept is not None
        assert kept.access.reveal() in server.access_tokens

    async def test_a_session_that_ends_in_the_middle_is_begun_again(self, server, access, publication):
        server.on_chunk = lambda number: server.expire_sessions() if number == 2 else None
        await channel(server, access).publish(publication)
        assert contents(server) == [digest(publication)]
        assert server.inserts == 2

    async def test_a_video_whose_last_answer_and_session_were_lost_is_found_again(self, server, access, publication):
        def lose(number: int) -> None:
            if number == CHUNKS - 1:
                server.fail(Fault(drop="after"), path="/upload/youtube/v3/videos")
            if number == CHUNKS:
                server.expire_sessions()

        server.on_chunk = lose
        (receipt,) = await channel(server, access).publish(publication)
        assert list(server.videos) == [receipt.id]
        assert server.inserts == 1
        assert any(call.path.endswith("/playlistItems") for call in server.calls)

    async def test_an_older_video_of_the_same_size_and_title_is_not_taken_for_it(self, server, access, publication):
        (first,) = await channel(server, access).publish(publication)
        server.videos[first.id].resource["snippet"]["publishedAt"] = "2020-01-01T00:00:00Z"

        def lose(number: int) -> None:
            if number == 2 * CHUNKS - 1:  # the last chunk never arrives, and the session ends
                server.fail(Fault(drop="before"), path="/upload/youtube/v3/videos")
                server.expire_sessions()

        server.on_chunk = lose
        (second,) = await channel(server, access, Options(again=True)).publish(publication)
        assert list(server.videos) == [first.id, second.id]
        assert server.inserts == 3

    async def test_sessions_that_end_again_and_again_are_given_up(self, server, access, publication):
        server.on_chunk = lambda number: server.expire_sessions()
        with pytest.raises(Permanent, match="before they were complete"):
            await channel(server, access).publish(publication)
        assert server.videos == {}

    async def test_a_service_that_takes_nothing_is_given_up_and_gone_on_with_later(self, server, access, publication):
        server.lose_chunk(kept=GRANULE)
        server.lose_chunk(kept=0, times=50)
        with pytest.raises(VendorError):
            await channel(server, access).publish(publication)
        server.keep_chunks()
        await channel(server, access).publish(publication)
        assert contents(server) == [digest(publication)]
        assert server.inserts == 1

    async def test_an_address_that_leads_away_from_google_gets_no_token(self, server, access, publication, engine):
        server.on_chunk = lambda number: server.expire_sessions()
        with pytest.raises(AutomagicError):
            await channel(server, access).publish(publication)
        with engine.begin() as connection:
            elsewhere = {"session_url": "https://googleapis.com.example.net/u", "state": "uploading"}
            connection.execute(sa.update(publications).values(**elsewhere))
        with pytest.raises(Permanent, match="away from Google"):
            await channel(server, access).publish(publication)


CHILD = """
import asyncio, sys
from pathlib import Path
from automagic.database.engine import open_database, sqlite_url
from automagic.destinations.shared.publication import DestinationAccess
from automagic.destinations.shared.result_folder import read_result
from automagic.destinations.youtube.channel import GoogleServices, YouTube
from automagic.gate.http import Http
from automagic.settings import Settings
from automagic.values.secret import Secret

async def main(home, folder, url, client_id, client_secret, chunk_bytes):
    http = Http(pool=4, user_agent="AutoMagic-tests")
    engine = open_database(sqlite_url(Path(home) / "automagic.db"))
    client = {"YOUTUBE_CLIENT_ID": client_id, "YOUTUBE_CLIENT_SECRET": Secret(client_secret)}
    access = DestinationAccess(http, engine, Settings(automagic_home=Path(home), of_plugins=client))
    youtube = YouTube(access, google=GoogleServices(url, token_url=url + "/token", chunk_bytes=int(chunk_bytes)))
    (receipt,) = await youtube.publish(read_result(Path(folder), run_id="run"))
    print(receipt.id)
    await http.close()

asyncio.run(main(*sys.argv[1:]))
"""


class TestKilled:
    def test_a_killed_upload_goes_on_where_it_was_and_makes_one_video(self, server, home, publication):
        """kill -9 at the first chunk, in the middle, and when the last chunk has just arrived."""
        permit(server, home)
        kill_at = [1, 3, CHUNKS]
        child: Program

        def kill(number: int) -> None:
            if number in kill_at:
                kill_at.remove(number)
                os.kill(child.pid, signal.SIGKILL)
                child.wait()  # dead before this chunk is answered

        server.on_chunk = kill
        codes, output = [], ""
        for _ in range(4):
            arguments = (home, publication.folder, server.url, server.client_id, server.client_secret, GRANULE)
            child = start("-c", CHILD, *map(str, arguments))
            output, _ = child.communicate(timeout=60)
            codes.append(child.returncode)
        assert codes == [-signal.SIGKILL] * 3 + [0]
        assert contents(server) == [digest(publication)]
        assert list(server.videos) == [output.strip()]
        assert server.inserts == 1
        size = publication.videos["shorts"].stat().st_size
        assert server.sent_bytes == size  # what had arrived was not sent again, not even the chunk without an answer
        firsts = [first for _, first, _ in server.ranges]
        assert firsts == sorted(set(firsts))


class TestRefusals:
    async def test_a_spent_quota_says_when_it_comes_back(self, server, access, publication):
        server.daily_uploads = 0
        with pytest.raises(Permanent, match="daily quota") as caught:
            await channel(server, access).publish(publication)
        assert "midnight Pacific time" in caught.value.hint
        assert len([call for call in server.calls if call.path.endswith("/videos")]) == 1

    async def test_a_hundred_uploads_a_day_are_counted_here_before_any_work(self, server, access, engine):
        now = datetime.now(UTC).timestamp()
        blank = {"session_url": "", "url": "", "remote_id": "", "extras": "", "owner": "", "host": "", "run_id": "r"}
        row = {
            "destination": "youtube:UC1",
            "platform": "",
            "state": "published",
            "pid": 0,
            "lease_until": 0.0,
            **blank,
        }
        row |= {"size_bytes": 1, "bytes_sent": 1, "updated_at": now, "process_started_at": 0.0, "session_at": now}
        with engine.begin() as connection:
            connection.execute(sa.insert(publications), [{**row, "content": f"{number:064}"} for number in range(99)])
        await channel(server, access).check()
        with engine.begin() as connection:
            connection.execute(sa.insert(publications).values(**row, content="x"))
        with pytest.raises(Permanent, match="100 uploads"):
            await channel(server, access).check()

    async def test_a_full_channel_is_told_apart_from_a_spent_quota(self, server, access, publication):
        server.channel_limit = 0
        with pytest.raises(Permanent, match="number of videos"):
            await channel(server, access).publish(publication)

    async def test_a_withdrawn_permission_is_found_before_any_work(self, server, access):
        server.refresh_tokens.clear()
        server.expire_tokens()
        with pytest.raises(ConfigurationError, match="withdrawn") as caught:
            await channel(server, access).check()
        assert "--login" in caught.value.hint

    async def test_nobody_signed_in_is_found_before_any_work(self, server, access, home):
        (home / TOKEN_FILE).unlink()
        with pytest.raises(ConfigurationError, match="no permission"):
            await channel(server, access).check()
        assert server.calls == []

    async def test_missing_client_settings_are_named(self, server, access):
        with pytest.raises(ConfigurationError) as caught:
            await channel(server, having(access, YOUTUBE_CLIENT_ID="")).check()
        assert "YOUTUBE_CLIENT_ID" in caught.value.hint

    async def test_an_account_without_a_channel_is_found_before_any_work(self, server, access):
        server.has_channel = False
        with pytest.raises(ConfigurationError, match="no YouTube channel"):
            await channel(server, access).check()

    @pytest.mark.parametrize(
        "options",
        [
            Options(publish_at=datetime(2020, 1, 1, tzinfo=UTC)),
            Options(category="educatoin"),
        ],
    )
    async def test_wrong_options_are_found_before_any_work(self, server, access, options):
        with pytest.raises(RequestError):
            await channel(server, access, options).check()
        assert server.calls == []

    async def test_a_playlist_that_does_not_exist_is_found_before_any_work(self, server, access):
        with pytest.raises(VendorError, match="playlist"):
            await channel(server, access, Options(playlist="PLnone")).check()

    async def test_a_wrong_client_secret_is_named_and_not_shown(self, server, access):
        server.expire_tokens()
        wrong = having(access, YOUTUBE_CLIENT_SECRET=Secret("GOCSPX-wrong-one"))
        with pytest.raises(ConfigurationError) as caught:
            await channel(server, wrong).check()
        assert "YOUTUBE_CLIENT_SECRET" in caught.value.hint
        assert "GOCSPX" not in str(caught.value.message) + caught.value.hint

    async def test_a_web_page_in_the_place_of_an_answer_is_no_answer(self, server, access):
        server.fail(Fault(malformed="<html>welcome to the hotel</html>"), path="/channels")
        with pytest.raises(VendorError, match="not JSON"):
            await channel(server, access).check()

    async def test_a_service_that_stays_away_ends_in_a_clear_error(self, server, access):
        server.fail(Fault(status=503), path="/channels", times=6)
        with pytest.raises(Retryable, match="503"):
            await channel(server, access).check()

    async def test_no_network_is_told_quickly(self, access):
        youtube = YouTube(access, google=GoogleServices("http://127.0.0.1:9", attempts=50))  # the token is still good
        async with asyncio.timeout(20):
            with pytest.raises(VendorError, match="reached"):
                await youtube.check()


class TestSigningIn:
    async def test_a_person_agrees_in_the_browser(self, server, access, home):
        (home / TOKEN_FILE).unlink()
        title = await channel(server, access).login(_browse)
        assert title == "Test channel"
        assert stat.S_IMODE((home / TOKEN_FILE).stat().st_mode) == 0o600
        asked = next(call for call in server.calls if call.path == "/o/oauth2/v2/auth").query
        assert asked["code_challenge_method"] == "S256"
        assert asked["access_type"] == "offline"
        await channel(server, access).check()

    async def test_the_client_may_come_from_googles_file(self, server, access, tmp_path):
        file = tmp_path / "client_secret.json"
        installed = {"client_id": server.client_id, "client_secret": server.client_secret}
        file.write_text(json.dumps({"installed": installed}))
        by_file = having(access, YOUTUBE_CLIENT_ID="", YOUTUBE_CLIENT_SECRET=None, YOUTUBE_CLIENT_SECRETS=file)
        await channel(server, by_file).login(_browse)
        file.write_text(json.dumps({"web": installed}))
        with pytest.raises(ConfigurationError, match="Desktop app"):
            await channel(server, by_file).check()

    @pytest.mark.parametrize(("consent", "message"), [("denied", "access_denied"), ("part", "part only")])
    async def test_a_refusal_or_half_a_permission_is_explained(self, server, access, home, consent, message):
        (home / TOKEN_FILE).unlink()
        server.consent = consent
        with pytest.raises(ConfigurationError, match=message):
            await channel(server, access).login(_browse)
        assert not (home / TOKEN_FILE).exists()

    async def test_an_answer_that_was_not_asked_for_is_passed_over(self, server, access):
        def forge(url: str) -> None:
            redirect = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["redirect_uri"]
            with pytest.raises(urllib.error.HTTPError, match="400"):
                _browse(f"{redirect}?code=stolen&state=guessed")
            _browse(url)

        assert await channel(server, access).login(forge) == "Test channel"

    async def test_a_file_that_others_can_read_is_closed_to_them(self, server, access, home):
        (home / TOKEN_FILE).chmod(0o644)
        await channel(server, access).check()
        assert stat.S_IMODE((home / TOKEN_FILE).stat().st_mode) == 0o600

    async def test_several_calls_that_find_an_old_token_renew_it_once(self, server, access, home):
        scopes = frozenset((UPLOAD_SCOPE, CAPTIONS_SCOPE))
        save_token(home / TOKEN_FILE, OAuthToken(Secret("old"), Secret(server.grant()), 0.0, scopes))
        youtube = channel(server, access)
        await youtube.check()
        api = youtube._api
        assert api is not None
        await asyncio.gather(*(api.get("channels", part="id", mine="true") for _ in range(4)))
        assert len([call for call in server.calls if call.path == "/token"]) == 1


def _browse(url: str) -> None:
    urllib.request.urlopen(url).close()  # noqa: S310 - the test's own server


class TestTexts:
    @pytest.mark.parametrize("title", ["x" * 101, "word " * 40, "🐝" * 60, "a <b> c", "   ", "é" * 101])
    def test_a_title_is_one_that_youtube_takes(self, title):
        fitted = youtube_texts.fit_title(title)
        assert 0 < len(fitted.encode("utf-16-le")) // 2 <= 100
        assert not set("<>") & set(fitted)

    def test_a_description_is_cut_in_bytes_and_between_lines(self):
        text = "\n".join(f"{number}:00 Käse und Brötchen" for number in range(400))
        fitted = youtube_texts.fit_description(text)
        assert 4900 < len(fitted.encode()) <= 5000
        assert fitted.removesuffix("…").rsplit("\n", 1)[-1] in text.splitlines()

    def test_letters_are_kept_and_control_characters_are_not(self):
        assert youtube_texts.fit_title("👩‍🚀 می‌خواهم\x00 a\tb") == "👩‍🚀 می‌خواهم a b"

    def test_tags_are_counted_with_their_quotes_and_commas(self):
        tags = youtube_texts.fit_tags([f"two words {number:03}" for number in range(100)])
        assert sum(len(tag) + 3 for tag in tags) - 1 <= 500 < sum(len(tag) + 3 for tag in tags) + 15
        assert youtube_texts.fit_tags(["<b>", 'a,"b"', "a b", ""]) == ["‹b›", "a b"]

    @pytest.mark.parametrize(
        ("now", "reset"),
        [
            (datetime(2026, 1, 15, 7, 59, tzinfo=UTC), datetime(2026, 1, 15, 8, tzinfo=UTC)),
            (datetime(2026, 1, 15, 8, 0, tzinfo=UTC), datetime(2026, 1, 16, 8, tzinfo=UTC)),
            (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 2, 7, tzinfo=UTC)),
            (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),  # summer time begins
            (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),  # and ends
        ],
    )
    def test_the_quota_comes_back_at_midnight_in_california(self, now, reset):
        assert youtube_texts.quota_reset(now) == reset
        assert timedelta(0) <= now - youtube_texts.quota_day_start(now) < timedelta(hours=25)

    def test_a_thumbnail_that_is_too_large_is_left_out(self, publication):
        picture = publication.thumbnails["shorts"]
        picture.write_bytes(b"\xff\xd8\xff" + b"x" * (2 << 20))
        assert youtube_texts.find_thumbnail(publication, "shorts") is None
