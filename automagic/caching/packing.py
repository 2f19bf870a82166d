"""How a value lies outside this process: small ones as they are, larger ones compressed, secret ones sealed.

    data ── more than 1 kB ──▶ zstd ── sealed for its key ──▶ Fernet (AES-128-CBC and HMAC-SHA256)

The first byte says which of these were done. Whoever wants a sealed value takes no other: who can write to the server
cannot put one there, nor move one to another key.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

    from automagic.values.secret import Secret

COMPRESS_BYTES = 1 << 10
"""Larger values are compressed: at level 3, 10 kB of JSON become a quarter, in 41 µs, and are read in 14 µs."""
LEVEL = 3

MOST_BYTES = 64 << 20
"""A value that would unpack to more is none of ours."""

_PLAIN, _ZSTD, _SEALED = 0, 1, 2


class _Zstd(NamedTuple):
    compress: Callable[[bytes], bytes]
    expand: Callable[[bytes], bytes]
    size_of: Callable[[bytes], int]
    error: type[Exception]


class Packing:
    """Packs and unpacks, from any thread.

    Args:
        key: What sealed values are sealed with: as of `Fernet.generate_key()`.

    Raises:
        ConfigurationError: It is no such key.
    """

    def __init__(self, key: Secret | None = None) -> None:
        self._key = key
        self._lock = threading.Lock()
        if key is not None:
            self.fernet  # noqa: B018 - a wrong key is told at once

    def pack(self, data: bytes, *, sealed_for: str = "") -> bytes:
        """As it lies outside.

        Args:
            sealed_for: The key that it is kept under, where nobody else may read it or put it elsewhere.

        Raises:
            ConfigurationError: It shall be sealed, and there is no key for that.
        """
        how = _PLAIN
        if len(data) > COMPRESS_BYTES and self._zstd is not None:
            with self._lock:  # its compressors are for one thread at a time
                data = self._zstd.compress(data)
            how |= _ZSTD
        if not sealed_for:
            return bytes((how,)) + data
        inside = self._mark_of(sealed_for) + bytes((how,)) + data
        return bytes((_SEALED,)) + self.fernet.encrypt(inside)

    def unpack(self, packed: bytes, *, sealed_for: str = "") -> bytes | None:
        """What `pack` was given; None for what is damaged, too large, or not sealed for this key where it has to be."""
        if bool(sealed_for) != (packed[:1] == bytes((_SEALED,))):
            return None
        if sealed_for:
            from cryptography.fernet import InvalidToken

            try:
                inside = self.fernet.decrypt(packed[1:])
            except InvalidToken:
                return None
            mark = self._mark_of(sealed_for)
            if not hmac.compare_digest(inside[: len(mark)], mark):
                return None
            packed = inside[len(mark) :]
        how, data = packed[:1], packed[1:]
        if how == bytes((_PLAIN,)):
            return data
        return self._expand(data) if how == bytes((_ZSTD,)) else None

    def name_of(self, key: bytes, *, sealed: bool = False) -> str:
        """What a key is called outside: always of one length; of a sealed value nobody can guess it."""
        secret = hashlib.sha256(self._secret).digest() if sealed else b""
        return hashlib.blake2b(key, digest_size=20, key=secret).hexdigest()

    @cached_property
    def fernet(self) -> Fernet:
        """What seals.

        Raises:
            ConfigurationError: There is no key.
        """
        from cryptography.fernet import Fernet

        try:
            return Fernet(self._demand_key().reveal())
        except ValueError:
            raise ConfigurationError("CACHE_ENCRYPTION_KEY is not a valid key", hint=_HOW) from None

    @property
    def _secret(self) -> bytes:
        return self._demand_key().reveal().encode()

    def _demand_key(self) -> Secret:
        if self._key is None:
            raise ConfigurationError("a value is sensitive, and there is no CACHE_ENCRYPTION_KEY", hint=_HOW)
        return self._key

    @staticmethod
    def _mark_of(sealed_for: str) -> bytes:
        return hashlib.sha256(sealed_for.encode()).digest()

    @cached_property
    def _zstd(self) -> _Zstd | None:
        """What compresses and what expands; None where the package is not installed."""
        try:
            import zstandard
        except ImportError:
            return None
        compressor, expander = zstandard.ZstdCompressor(level=LEVEL), zstandard.ZstdDecompressor()
        return _Zstd(compressor.compress, expander.decompress, zstandard.frame_content_size, zstandard.ZstdError)

    def _expand(self, data: bytes) -> bytes | None:
        zstd = self._zstd
        if zstd is None:
            return None
        try:
            if not 0 <= zstd.size_of(data) <= MOST_BYTES:  # ours say how large they become
                return None
            with self._lock:
                return zstd.expand(data)
        except zstd.error:
            return None


_HOW = (
    "Make one: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())' "
    "and give it to every machine that shares the cache."
)
