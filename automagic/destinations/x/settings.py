"""What X reads of the settings: the person's own app."""

from __future__ import annotations

from automagic.reading.setting import secret_setting, text_setting, url_setting

CLIENT_ID = text_setting("X_CLIENT_ID", "OAuth 2.0 client id of your own app at console.x.com, for posts on X.")
CLIENT_SECRET = secret_setting("X_CLIENT_SECRET", "The secret of that app; an app of the type “native” has none.")
BASE_URL = url_setting("X_BASE_URL", "A server that speaks X's API, to use instead of X.")
