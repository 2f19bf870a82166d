"""The bytes of an SCC file by the frame that carries them."""

from __future__ import annotations

import re

from automagic.media.captions.scc.labels import from_label

_LINE = re.compile(r"(\S+)[\t ]+([0-9a-fA-F\t ]+)")
_PAIR_DIGITS = 4


def read_pairs(text: str) -> dict[int, bytes]:
    """Frame at 29.97 a second → two bytes with parity. What is still on its way when a line begins goes on before it.

    What cannot be read is left out: `lint_scc` tells of it.
    """
    pairs: dict[int, bytes] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        frame = from_label(match[1]) if match else None
        if match is None or frame is None:
            continue
        for word in match[2].split():
            if len(word) == _PAIR_DIGITS:
                while frame in pairs:
                    frame += 1
                pairs[frame] = bytes.fromhex(word)
                frame += 1
    return pairs
