"""What was said in recordings, in files under the hash of their content: they stay as long as their recordings.

home/transcripts/ab/abcdef…    a `Transcript` as JSON
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import msgspec

from automagic.errors import ResourceError
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.store.blobs import FolderBlobStore
from automagic.values.transcript import Transcript


class TranscriptStore:
    """All of them.

    Args:
        home: AUTOMAGIC_HOME.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "transcripts"

    def keep(self, transcript: Transcript) -> str:
        """Keep one; gives its digest, by which the catalogue knows it."""
        data = msgspec.json.encode(transcript)
        digest = hashlib.sha256(data).hexdigest()
        self._folder.mkdir(exist_ok=True)
        FolderBlobStore(self._folder).put(digest, len(data), io.BytesIO(data))
        return digest

    def path_of(self, digest: str) -> Path:
        """Where the one of this digest lies."""
        return FolderBlobStore(self._folder).path_of(digest)

    def read(self, digest: str) -> Transcript:
        """The one of this digest.

        Raises:
            ResourceError: Its file is not here any more, or damaged.
        """
        try:
            data = self.path_of(digest).read_bytes()
            return parse_json(data, name=digest, type=Transcript)
        except (OSError, MalformedText) as error:
            raise ResourceError(
                f"the transcript {digest[:12]} is not in {self._folder} any more",
                hint="Restore it from a backup, or hear the recording again.",
            ) from error
