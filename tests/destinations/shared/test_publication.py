"""Only what passed is published; destinations are named on the command line; the journal lets one process publish."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.publication_tables import publications
from automagic.destinations.shared import publication_journal
from automagic.destinations.shared.publication import Options
from automagic.destinations.shared.publication_journal import PublicationKey, count_sessions, hold
from automagic.destinations.shared.registry import Target, parse_destination
from automagic.destinations.shared.result_folder import read_result
from automagic.errors import AutomagicError, QualityError, RequestError, Unknown
from tests.support.homes.result_folders import make_result

SUBJECT = PublicationKey("youtube:UC1", "shorts", "a" * 64, 100)


class TestResults:
    def test_a_delivered_folder_becomes_a_publication(self, tmp_path, store):
        folder = make_result(tmp_path / "2026-01-31-honey-keeps", store)
        publication = read_result(folder, run_id="run-1")
        assert publication.run_id == "run-1"
        assert publication.title == "Honey keeps"
        assert publication.videos == {"shorts": folder / "video.mp4"}
        assert publication.thumbnails == {"shorts": folder / "thumbnail.jpg"}
        assert publication.language == "en"
        assert publication.duration_s == pytest.approx(100 / 30, abs=1e-3)
        assert "#Shorts" in publication.description
        assert "Honey found" in publication.captions.read_text()
        assert set(publication.files) == {path.name for path in folder.iterdir()}

    def test_each_platform_has_the_video_of_its_shape(self, tmp_path, store):
        folder = make_result(tmp_path / "r", store, platforms=("shorts", "youtube", "reels"))
        publication = read_result(folder, run_id="r")
        assert {name: path.name for name, path in publication.videos.items()} == {
            "shorts": "video-shorts-reels.mp4",
            "reels": "video-shorts-reels.mp4",
            "youtube": "video-youtube.mp4",
        }
        assert publication.thumbnails["reels"].name == "thumbnail-shorts-reels.jpg"

    def test_a_rejected_result_is_refused(self, tmp_path, store):
        folder = make_result(tmp_path / "r", store, passed=False)
        assert folder.name == "r.rejected"
        with pytest.raises(QualityError, match="did not pass"):
            read_result(folder, run_id="r")

    def test_what_passed_is_delivered_and_what_did_not_is_kept_aside(self, tmp_path, store):
        folder = make_result(tmp_path / "r", store, platforms=("shorts", "reels", "youtube"), failed=("youtube",))
        assert folder == tmp_path / "r"
        publication = read_result(folder, run_id="r")
        assert {name: path.name for name, path in publication.videos.items()} == {
            "shorts": "video-shorts-reels.mp4",
            "reels": "video-shorts-reels.mp4",
        }
        aside = tmp_path / "r.rejected"
        names = {"video-youtube.mp4", "thumbnail-youtube.jpg", "captions.srt", "quality.json", "metadata.json"}
        assert names <= {path.name for path in aside.iterdir()}
        assert not (aside / "video-shorts-reels.mp4").exists()
        assert not (folder / "video-youtube.mp4").exists()
        assert list(json.loads((aside / "quality.json").read_text())) == ["youtube"]
        with pytest.raises(QualityError, match="did not pass"):
            read_result(aside, run_id="r")

    def test_a_rejected_result_under_another_name_is_refused(self, tmp_path, store):
        folder = make_result(tmp_path / "r", store, passed=False).rename(tmp_path / "fine")
        with pytest.raises(QualityError, match="shorts"):
            read_result(folder, run_id="r")

    @pytest.mark.parametrize(
        "damage",
        [
            lambda folder: (folder / "metadata.json").unlink(),
            lambda folder: (folder / "metadata.json").write_text("[1, 2]"),
            lambda folder: (folder / "metadata.json").write_text('{"generator": "Other"}'),
            lambda folder: (folder / "quality.json").write_text("{"),
            lambda folder: (folder / "quality.json").write_text("{}"),
            lambda folder: (folder / "quality.json").write_text('{"shorts": true}'),
            lambda folder: (folder / "video.mp4").unlink(),
            lambda folder: _change(folder, title=None, files=["../../etc/passwd"]),
            lambda folder: _change(folder, tags=7),
            lambda folder: _change(folder, duration_s="long"),
        ],
    )
    def test_a_folder_that_is_damaged_or_not_ours_is_refused(self, tmp_path, store, damage):
        folder = make_result(tmp_path / "r", store)
        damage(folder)
        with pytest.raises(AutomagicError) as caught:
            read_result(folder, run_id="r")
        assert caught.value.exit_code in (2, 7)

    def test_a_file_that_was_changed_by_one_byte_is_refused(self, tmp_path, store):
        folder = make_result(tmp_path / "r", store)
        names = sorted(set(read_result(folder, run_id="r").files) - {"metadata.json"})
        assert {"video.mp4", "captions.srt", "thumbnail.jpg", "quality.json"} <= set(names)
        for name in names:
            kept = (folder / name).read_bytes()
            (folder / name).write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
            with pytest.raises(QualityError, match=f"{name} in r was changed after it was measured") as caught:
                read_result(folder, run_id="r")
            assert caught.value.exit_code == 7
            assert "once more" in caught.value.hint
            (folder / name).write_bytes(kept)
        read_result(folder, run_id="r")

    def test_a_title_may_be_edited_and_a_result_of_an_earlier_version_has_no_digests(self, tmp_path, store):
        folder = make_result(tmp_path / "r", store)
        _change(folder, title="Mine")
        assert read_result(folder, run_id="r").title == "Mine"
        _change(folder, sha256={})
        (folder / "transcript.txt").write_text("other")
        read_result(folder, run_id="r")

    @pytest.mark.parametrize("name", ["video.mp4", "captions.srt", "metadata.json", "quality.json"])
    def test_a_link_in_a_result_is_not_followed(self, tmp_path, store, name):
        folder = make_result(tmp_path / "r", store)
        (folder / name).rename(tmp_path / "elsewhere")
        (folder / name).symlink_to(tmp_path / "elsewhere")
        with pytest.raises(RequestError):
            read_result(folder, run_id="r")

    def test_a_folder_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(RequestError, match="no result folder"):
            read_result(tmp_path / "none", run_id="r")


def _change(folder: Path, **values: object) -> None:
    path = folder / "metadata.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


class TestNames:
    def test_destinations_are_named_with_their_place(self, monkeypatch):
        monkeypatch.setenv("HOME", "/home/me")
        assert parse_destination("youtube") == Target("youtube")
        assert parse_destination("folder:~/share: one") == Target("folder", "/home/me/share: one")
        assert parse_destination("Webhook:https://example.com/hook?x=1") == Target(
            "webhook", "https://example.com/hook?x=1"
        )

    @pytest.mark.parametrize(
        ("text", "message", "hint"),
        [
            ("youtub", "no destination 'youtub'", "Did you mean youtube?"),
            ("foldr:/x", "no destination 'foldr'", "Did you mean folder:PATH?"),
            ("", "no destination ''", "folder:PATH, webhook:URL, youtube"),
            ("publication", "no destination", "Destinations:"),
            ("youtube:UC1", "takes nothing", "--publish youtube"),
            ("folder:", "not followed by a folder", "folder:PATH"),
            ("webhook:", "valid web address", "https://"),
            ("webhook:example.com", "valid web address", "https://"),
            ("webhook:http://example.com", "must be encrypted", "https://"),
            ("webhook:https://me:secret@example.com", "must not contain a user or a password", "signature"),
        ],
    )
    def test_a_wrong_name_is_refused_with_the_nearest(self, text, message, hint):
        with pytest.raises(RequestError, match=message) as caught:
            parse_destination(text)
        assert hint in caught.value.hint
        assert "secret" not in caught.value.message


class TestOptions:
    def test_a_wrong_privacy_is_refused_with_the_nearest(self):
        with pytest.raises(RequestError) as caught:
            Options(privacy="publik")  # type: ignore[arg-type]  # what a person may write
        assert "Did you mean public?" in caught.value.hint

    def test_a_time_needs_its_zone(self):
        with pytest.raises(RequestError, match="no time zone"):
            Options(publish_at=datetime(2030, 1, 1))  # noqa: DTZ001 - that is the fault

    def test_an_unlisted_video_has_no_time(self):
        with pytest.raises(RequestError, match="unlisted"):
            Options(privacy="unlisted", publish_at=datetime(2030, 1, 1, tzinfo=UTC))


class TestJournal:
    async def test_a_row_is_taken_up_where_it_was_left(self, engine):
        async with hold(engine, SUBJECT, run_id="one", again=False) as entry:
            assert entry.state == "claimed"
            entry.begin_session("https://upload")
            entry.advance(50)
        async with hold(engine, SUBJECT, run_id="two", again=False) as entry:
            assert (entry.state, entry.session_url, entry.bytes_sent) == ("uploading", "https://upload", 50)
            entry.arrive("vid1", "https://youtu.be/vid1")
            entry.join("captions")
            entry.join("thumbnail")
            entry.complete()
        async with hold(engine, SUBJECT, run_id="three", again=False) as entry:
            assert (entry.state, entry.remote_id) == ("published", "vid1")
            assert entry.extras == {"captions", "thumbnail"}

    async def test_a_second_process_is_refused_while_the_first_lives(self, engine):
        async with hold(engine, SUBJECT, run_id="one", again=False):
            with pytest.raises(RequestError, match="another process"):
                async with hold(engine, SUBJECT, run_id="two", again=False):
                    pytest.fail("must not be held")

    async def test_the_row_of_a_dead_process_is_taken_over_and_its_ghost_cannot_write(self, engine):
        async with hold(engine, SUBJECT, run_id="one", again=False) as ghost:
            with engine.begin() as connection:  # as if it had been another process, which ended
                connection.execute(sa.update(publications).values(process_started_at=1.0))
            async with hold(engine, SUBJECT, run_id="two", again=False) as entry:
                entry.begin_session("https://upload")
                with pytest.raises(Unknown, match="took over"):
                    ghost.advance(10)
            with engine.connect() as connection:
                assert connection.execute(sa.select(publications.c.bytes_sent)).scalar_one() == 0

    async def test_the_lease_is_renewed_while_the_work_goes_on(self, engine, monkeypatch):
        import asyncio

        monkeypatch.setattr(publication_journal, "RENEW_S", 0.001)
        async with hold(engine, SUBJECT, run_id="one", again=False) as entry:
            renewed = asyncio.Event()
            monkeypatch.setattr(type(entry), "renew", lambda self: (self._write(), renewed.set()))
            await asyncio.wait_for(renewed.wait(), 5)

    async def test_again_begins_anew_what_was_published(self, engine):
        async with hold(engine, SUBJECT, run_id="one", again=False) as entry:
            entry.arrive("vid1", "https://youtu.be/vid1")
            entry.complete()
        async with hold(engine, SUBJECT, run_id="two", again=True) as entry:
            assert (entry.state, entry.remote_id) == ("claimed", "")

    async def test_uploads_of_the_day_are_counted(self, engine):
        for number in range(3):
            subject = PublicationKey("youtube:UC1", "shorts", f"{number:064}")
            async with hold(engine, subject, run_id="one", again=False) as entry:
                entry.begin_session("https://upload")
        async with hold(engine, PublicationKey("webhook:1", "", "b" * 64), run_id="one", again=False) as entry:
            entry.begin_session("x")
        assert count_sessions(engine, "youtube", 0.0) == 3
        assert count_sessions(engine, "youtube", 9e9) == 0

    def test_the_table_is_as_the_migration_made_it(self, engine):
        columns = {column["name"]: column for column in sa.inspect(engine).get_columns("publications")}
        assert set(columns) == set(publications.c.keys())
        for column in publications.c:
            assert str(columns[column.name]["type"]) == str(column.type), column.name
            assert columns[column.name]["nullable"] == column.nullable, column.name
