"""The espeak-ng library, for its two skills: phonemes of a text, and a voice of last resort.

It is the build of the `espeakng-loader` package, called by ctypes. espeak-ng keeps global state, so every use holds
one lock; it is GPL-3, which is why nothing but the embedded engines, in their own processes, loads it.
"""

from __future__ import annotations

import bisect
import ctypes
import itertools
import re
import threading
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# From speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_CHARS_UTF8 = 1
_DONT_EXIT = 0x8000
_PHONEMES_IPA = 0x02
_RATE = 1
_PITCH = 3

_lock = threading.Lock()

# espeak reads no punctuation, but a voice model wants it for its pauses and its melody. A comma or a point between
# two digits belongs to the number.
_PUNCTUATION = re.compile(r'(\s*(?:[;:!?¡¿—…"«»“”(){}\[\]]|(?<!\d)[,.]|[,.](?!\d))+\s*)+')
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_LAST_EVENT, _WORD_EVENT = 0, 1

_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


_loaded: list[tuple[Any, int]] = []


def _library() -> tuple[Any, int]:
    """The initialised library and its sample rate. Called with the lock held."""
    if not _loaded:
        _loaded.append(_load())
    return _loaded[0]


def _reload() -> None:
    """Load the library anew, which takes 10 ms: its flutter and its noise otherwise go on from the last sentence."""
    import _ctypes

    if _loaded:
        library, _ = _loaded.pop()
        library.espeak_Terminate()
        _ctypes.dlclose(library._handle)


def _load() -> tuple[Any, int]:
    import espeakng_loader

    try:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(
            f"espeak-ng cannot be loaded: {error}", hint="Reinstall the package espeakng-loader."
        ) from error
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    sample_rate = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, _DONT_EXIT)
    if sample_rate <= 0:
        raise ConfigurationError("espeak-ng cannot read its data", hint="Reinstall the package espeakng-loader.")
    return library, sample_rate


def list_languages() -> list[str]:
    """Every language tag that espeak-ng can speak, such as "de" or "en-gb", sorted."""
    with _lock:
        library, _ = _library()
        return sorted(set(_language_tags(library)))


def _language_tags(library: Any) -> Iterator[str]:
    voices = library.espeak_ListVoices(None)
    index = 0
    while voices[index]:
        voice = voices[index].contents
        index += 1
        if voice.identifier.startswith(b"mb/"):  # needs the mbrola program, which is not here
            continue
        # Each entry is a priority byte and a zero-ended tag; an entry of priority 0 ends the list.
        at = voice.languages
        while ctypes.c_ubyte.from_address(at).value:
            tag = ctypes.string_at(at + 1)
            yield tag.decode()
            at += len(tag) + 2


def _set_voice(library: Any, language: str) -> None:
    for tag in (language, language.partition("-")[0]):
        if re.fullmatch(r"[a-z0-9-]+", tag) and library.espeak_SetVoiceByName(tag.encode()) == 0:
            return
    raise RequestError(f"espeak-ng does not speak {language!r}", hint="Use a BCP-47 language tag such as en or pt-br.")


def phonemize(text: str, language: str) -> str:
    """The text in IPA with stress marks, a space between words, punctuation kept in its place.

    espeak joins some short words ("of the" is one), so the words of the result are not those of the text.

    Args:
        text: Any text without line structure that matters.
        language: espeak's tag, such as "en-us", "en-gb", "es".
    """
    text = " ".join(text.split())
    with _lock:
        library, _ = _library()
        _set_voice(library, language.lower())
        pieces: list[str] = []
        position = 0
        for mark in _PUNCTUATION.finditer(text):
            pieces.append(_clause_phonemes(library, text[position : mark.start()]))
            pieces.append(mark.group())
            position = mark.end()
        pieces.append(_clause_phonemes(library, text[position:]))
    return "".join(pieces).strip()


def phonemize_words(words: list[str], language: str) -> list[str]:
    """Each word on its own, in IPA with stress marks."""
    with _lock:
        library, _ = _library()
        _set_voice(library, language.lower())
        return [_clause_phonemes(library, word).replace(" ", "") for word in words]


def _clause_phonemes(library: Any, text: str) -> str:
    if not text.strip():
        return ""
    position = ctypes.c_char_p(text.encode())
    lines: list[str] = []
    while position.value is not None:
        line = library.espeak_TextToPhonemes(ctypes.byref(position), _CHARS_UTF8, _PHONEMES_IPA)
        if line:
            lines.append(line.decode())
    return " ".join(_LANGUAGE_SWITCH.sub("", " ".join(lines)).replace("_", "").split())


def synthesize(text: str, language: str, *, words_per_minute: int, pitch: int) -> tuple[bytes, int]:
    """Speak a text: 16-bit mono samples in the machine's byte order, and their rate in Hz.

    Args:
        text: What to say.
        language: espeak's tag.
        words_per_minute: 80-450.
        pitch: 0-100, espeak's own scale.
    """
    sound, rate, _ = _speak(text, language, words_per_minute, pitch)
    return sound, rate


def read_words(words: Sequence[str], language: str, *, words_per_minute: int) -> tuple[bytes, int, list[float]]:
    """Speak words one after the other: samples and rate as in `synthesize`, and where each begins, in seconds.

    espeak joins some short words and takes others apart; one that it does not tell of lies evenly between its
    neighbours.

    Args:
        words: At least one, each without spaces.
        language: espeak's tag.
        words_per_minute: 80-450.
    """
    sound, rate, marks = _speak(" ".join(words), language, words_per_minute, _USUAL_PITCH)
    begins = list(itertools.accumulate((len(word) + 1 for word in words[:-1]), initial=0))
    starts: dict[int, float] = {0: 0.0, len(words): len(sound) / 2 / rate}
    for place, time_s in reversed(marks):
        starts[max(bisect.bisect_right(begins, place) - 1, 0)] = time_s
    known = sorted(starts)
    times: list[float] = []
    for index in range(len(words)):
        left = max(number for number in known if number <= index)
        right = min(number for number in known if number > index)
        share = (index - left) / (right - left)
        times.append(starts[left] + share * (starts[right] - starts[left]))
    return sound, rate, times


_USUAL_PITCH = 50


def _speak(text: str, language: str, words_per_minute: int, pitch: int) -> tuple[bytes, int, list[tuple[int, float]]]:
    """Samples, their rate, and of each word where it stands in the text (from 0, in characters) and in the sound."""
    sound = bytearray()
    marks: list[tuple[int, float]] = []

    def take(samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            sound.extend(ctypes.string_at(samples, count * 2))
        index = 0
        while events and events[index].type != _LAST_EVENT:
            if events[index].type == _WORD_EVENT:
                marks.append((events[index].text_position - 1, events[index].audio_position / 1000))
            index += 1
        return 0

    callback = _SynthCallback(take)
    encoded = text.encode()
    with _lock:
        _reload()
        library, sample_rate = _library()
        _set_voice(library, language.lower())
        library.espeak_SetParameter(_RATE, words_per_minute, 0)
        library.espeak_SetParameter(_PITCH, pitch, 0)
        library.espeak_SetSynthCallback(callback)
        library.espeak_Synth(
            ctypes.c_char_p(encoded), ctypes.c_size_t(len(encoded) + 1), 0, 0, 0, _CHARS_UTF8, None, None
        )
        library.espeak_Synchronize()
    return bytes(sound), sample_rate, marks
