"""How long a text is for a platform.

| counting   | a character is                                     | who says so                                     |
|------------|----------------------------------------------------|-------------------------------------------------|
| chars      | a code point after NFC                             | nobody says more; Meta accepts so               |
| width      | 2 where it is East Asian Wide or Fullwidth, else 1 | Google help 13676244 (ja), Microsoft's blog     |
| cjk2       | 2 where it is Chinese, Japanese or Korean          | TikTok: Latin 1-100, Asian 1-50                 |
| x_weighted | X's own weights; a link is 23                      | `language.posts.counting.x`                     |
"""

from __future__ import annotations

import unicodedata
from typing import assert_never

from automagic.language.posts.counting.x import x_length
from automagic.products.ads.specs.table import Counting


def count_text(text: str, how: Counting) -> int:
    """Its length."""
    text = unicodedata.normalize("NFC", text)
    match how:
        case "chars":
            return len(text)
        case "width" | "cjk2":  # the wide ones are Chinese, Japanese and Korean, and emoji, which are refused
            return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
        case "x_weighted":
            return x_length(text)
        case _:
            assert_never(how)
