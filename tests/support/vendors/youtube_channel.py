"""A channel of YouTube's test server that a person has permitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from automagic.destinations.shared.publication import DestinationAccess, Options
from automagic.destinations.youtube.channel import TOKEN_FILE, GoogleServices, YouTube
from automagic.destinations.youtube.google_oauth import OAuthToken, save_token
from automagic.values.secret import Secret
from tests.support.servers.youtube import CAPTIONS_SCOPE, GRANULE, UPLOAD_SCOPE, YouTubeServer


def permit(server: YouTubeServer, home: Path) -> None:
    """As if a person had signed in a moment ago."""
    scopes = frozenset((UPLOAD_SCOPE, CAPTIONS_SCOPE))
    save_token(home / TOKEN_FILE, OAuthToken(Secret(server.key), Secret(server.grant()), 2e9, scopes))


def channel(server: YouTubeServer, access: DestinationAccess, options: Options | None = None, **more) -> YouTube:
    google = GoogleServices(server.url, f"{server.url}/o/oauth2/v2/auth", f"{server.url}/token")
    return YouTube(access, options, replace(google, **({"backoff_s": 0.001, "chunk_bytes": GRANULE} | more)))
