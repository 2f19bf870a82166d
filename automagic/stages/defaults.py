"""What a person says once, in `.env`, instead of with each command: DEFAULT_THEME, DEFAULT_VOICE and the like.

    flags, a line of a batch file, a schedule ──add_defaults──▶ the same, with what they leave out ──▶ request

It is added where a request is written down, so that it stands in a job's document as if it had been said: a worker with
another `.env` makes the same. A request that is made in Python is whole as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, RequestError
from automagic.reading.named_files import expand_home
from automagic.values.request import RequestField, list_request_fields

if TYPE_CHECKING:
    from automagic.settings import Settings


def add_defaults(kind: type, values: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The values with those of the settings for what they leave out; files of these by their whole paths.

    Args:
        kind: The request's type.
        values: By the names of `list_request_fields`.

    Raises:
        ConfigurationError: A setting is wrong; it is named.
    """
    given = {name for name, value in values.items() if value not in (None, "", False, [], ())}
    added: dict[str, Any] = {}
    for one in list_request_fields(kind):
        setting = one.flag.setting
        value = getattr(settings, setting.lower()) if setting else None
        if value and one.name not in given and given.isdisjoint(one.flag.unless):
            added[one.name] = _checked(one, value, setting)
    if "voice" in added:
        _fit_voice(added, given, dict(values) | added, settings)
    return dict(values) | added


def _checked(one: RequestField, value: Any, setting: str) -> Any:
    """The value as a request takes it."""
    try:
        _CHECKS.get(one.name, lambda _: None)(value)
    except RequestError as error:
        raise _refusal(setting, value, error) from error
    if one.file and not one.file.unless(str(value)):
        return str(Path.cwd() / expand_home(str(value)))
    return value


def _refusal(setting: str, value: object, error: RequestError) -> ConfigurationError:
    hint = f"{error.hint} " if error.hint else ""
    return ConfigurationError(
        f"{setting}={value}: {error.message.removesuffix('.')}", hint=f"{hint}Mend it in .env or in the environment."
    )


def _fit_voice(added: dict[str, Any], given: set[str], values: Mapping[str, Any], settings: Settings) -> None:
    """Check the voice of the settings; leave it out where a person asked for a language that it does not speak."""
    from automagic.stages.voices import find_voice

    try:
        narrator = find_voice(added["voice"], settings)
    except RequestError as error:
        raise _refusal("DEFAULT_VOICE", added["voice"], error) from error
    language = str(values.get("language") or "en").replace("_", "-").partition("-")[0].lower()
    if narrator is None or language in narrator.languages:
        return
    if "language" in given:
        del added["voice"]
        return
    fault = RequestError(f"the narrator {narrator.name} does not speak {language!r}", hint="See `automagic voices`.")
    raise _refusal("DEFAULT_VOICE", added["voice"], fault)


def _check_theme(theme: str) -> None:
    from automagic.stages.request_files import check_theme

    check_theme(theme)


def _check_platforms(names: str) -> None:
    from automagic.media.design.platforms import group_platforms

    group_platforms(names.replace(",", " ").split())


def _check_language(language: str) -> None:
    from automagic.stages.languages import primary_language

    primary_language(language)


def _check_music(music: str) -> None:
    from automagic.stages.request_files import NO_MUSIC_FILE

    if music not in NO_MUSIC_FILE and not expand_home(music).is_file():
        raise RequestError(f"there is no file {music!r}", hint="It is auto, none or a sound file.")


_CHECKS: Mapping[str, Callable[[Any], None]] = {
    "theme": _check_theme,
    "platform": _check_platforms,
    "language": _check_language,
    "music": _check_music,
}
"""Of what only the run itself would find wrong, or in words that do not name the setting."""
