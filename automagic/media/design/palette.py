"""Palettes: three ground colours, ink, a quiet ink and one accent, in tune and readable.

    seed ──▶ a curated harmony (hues that a designer chose) ──▶ turned a few degrees ──▶ contrast enforced

Colours are built in OKLCH (Björn Ottosson, 2020), whose lightness is even across hues, and brought into sRGB by
lowering chroma alone, so that hue and lightness stay. Contrast is WCAG 2.x.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.errors import RequestError

Mode = Literal["dark", "light"]
Style = Literal["deep", "bold", "quiet"]

INK_CONTRAST = 7.0  # WCAG 2.2, 1.4.6 (AAA, text)
ACCENT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3 (AA, text)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one video, each "#rrggbb".

    Attributes:
        grounds: Three colours of the background, from the most to the least of its area.
        ink: Text; at least 7:1 on every ground.
        muted: Quiet text; at least 4.5:1 on every ground.
        accent: The one colour that points; at least 4.5:1 on every ground.
        on_accent: Text that stands on a plate of the accent; at least 4.5:1.
        mode: Whether the grounds are dark or light.
    """

    grounds: tuple[str, str, str]
    ink: str
    muted: str
    accent: str
    on_accent: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Harmony:
    """OKLCH (lightness 0..1, chroma, hue in degrees) of the grounds and the accent."""

    grounds: tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
    accent: tuple[float, float, float]


_DARK = (
    # Midnight indigo and violet, warm amber.
    _Harmony(((0.17, 0.065, 278), (0.33, 0.160, 285), (0.27, 0.110, 325)), (0.84, 0.155, 78)),
    # Petrol to ocean blue, spring green.
    _Harmony(((0.18, 0.045, 225), (0.35, 0.085, 205), (0.29, 0.120, 258)), (0.87, 0.190, 142)),
    # Aubergine to burnt rose, apricot.
    _Harmony(((0.17, 0.060, 330), (0.32, 0.130, 355), (0.28, 0.115, 305)), (0.84, 0.120, 55)),
    # Forest to teal, lemon.
    _Harmony(((0.18, 0.040, 165), (0.33, 0.075, 172), (0.28, 0.065, 200)), (0.90, 0.175, 105)),
    # Ink navy to cobalt, coral.
    _Harmony(((0.17, 0.055, 262), (0.36, 0.160, 263), (0.28, 0.120, 290)), (0.78, 0.145, 32)),
    # Espresso to oxblood, gold.
    _Harmony(((0.18, 0.035, 40), (0.32, 0.105, 28), (0.27, 0.090, 5)), (0.87, 0.150, 88)),
    # Slate to steel blue, electric cyan.
    _Harmony(((0.19, 0.030, 255), (0.33, 0.065, 250), (0.28, 0.090, 280)), (0.87, 0.125, 205)),
    # Deep plum to electric blue, pink.
    _Harmony(((0.17, 0.075, 300), (0.34, 0.165, 272), (0.29, 0.130, 318)), (0.80, 0.140, 352)),
)

_LIGHT = (
    # Cream, peach, rose: vermilion.
    _Harmony(((0.97, 0.014, 85), (0.94, 0.032, 62), (0.93, 0.030, 30)), (0.50, 0.185, 30)),
    # Ivory, sage, mist: pine green.
    _Harmony(((0.97, 0.012, 100), (0.93, 0.030, 150), (0.94, 0.020, 200)), (0.44, 0.105, 158)),
    # Porcelain, sky, lilac: cobalt.
    _Harmony(((0.97, 0.008, 240), (0.93, 0.030, 240), (0.93, 0.028, 300)), (0.46, 0.205, 264)),
    # Oat, straw, blush: burgundy.
    _Harmony(((0.96, 0.018, 88), (0.94, 0.040, 95), (0.93, 0.028, 20)), (0.42, 0.150, 15)),
    # Bone, lavender, shell: violet.
    _Harmony(((0.97, 0.010, 310), (0.93, 0.032, 305), (0.94, 0.026, 350)), (0.47, 0.190, 300)),
    # Chalk, seafoam, linen: teal.
    _Harmony(((0.97, 0.010, 190), (0.94, 0.034, 185), (0.95, 0.022, 95)), (0.46, 0.085, 205)),
)

# One loud colour that fills the frame.
_BOLD = (
    # Sun yellow, ink; crimson.
    _Harmony(((0.87, 0.178, 92), (0.89, 0.165, 98), (0.85, 0.172, 86)), (0.42, 0.170, 25)),
    # Cobalt; lemon.
    _Harmony(((0.38, 0.215, 264), (0.36, 0.200, 268), (0.40, 0.205, 261)), (0.91, 0.180, 105)),
    # Tangerine; deep indigo.
    _Harmony(((0.80, 0.150, 62), (0.82, 0.140, 68), (0.79, 0.148, 56)), (0.36, 0.170, 275)),
    # Mint; deep violet.
    _Harmony(((0.87, 0.125, 165), (0.88, 0.115, 172), (0.86, 0.120, 158)), (0.40, 0.200, 300)),
    # Crimson; cream yellow.
    _Harmony(((0.41, 0.165, 22), (0.39, 0.155, 18), (0.42, 0.160, 26)), (0.92, 0.120, 95)),
    # Hot pink; midnight.
    _Harmony(((0.80, 0.115, 355), (0.81, 0.110, 0), (0.79, 0.112, 350)), (0.36, 0.165, 285)),
    # Bottle green; peach.
    _Harmony(((0.36, 0.085, 158), (0.34, 0.080, 162), (0.37, 0.085, 154)), (0.86, 0.120, 60)),
)

# Drawing-board grounds: nearly neutral, one clear accent.
_QUIET_DARK = (
    _Harmony(((0.20, 0.022, 258), (0.24, 0.032, 258), (0.22, 0.028, 245)), (0.85, 0.135, 200)),
    _Harmony(((0.19, 0.012, 160), (0.23, 0.020, 165), (0.21, 0.018, 170)), (0.88, 0.200, 145)),
    _Harmony(((0.19, 0.010, 50), (0.23, 0.016, 45), (0.21, 0.014, 60)), (0.79, 0.160, 55)),
    _Harmony(((0.23, 0.075, 262), (0.27, 0.090, 262), (0.25, 0.080, 256)), (0.90, 0.150, 98)),
    _Harmony(((0.19, 0.018, 300), (0.23, 0.028, 300), (0.21, 0.024, 285)), (0.80, 0.150, 345)),
)

_HARMONIES: dict[tuple[Style, Mode], tuple[_Harmony, ...]] = {
    ("deep", "dark"): _DARK,
    ("deep", "light"): _LIGHT,
    ("bold", "dark"): tuple(harmony for harmony in _BOLD if harmony.grounds[0][0] < 0.6),
    ("bold", "light"): tuple(harmony for harmony in _BOLD if harmony.grounds[0][0] >= 0.6),
    ("quiet", "dark"): _QUIET_DARK,
    ("quiet", "light"): _LIGHT,
}

# The inks before contrast is enforced: (lightness, chroma), on the hue of the first ground.
_INKS = {"dark": (0.98, 0.010), "light": (0.20, 0.030)}
_MUTED = {"dark": (0.83, 0.030), "light": (0.42, 0.030)}


def derive_palette(
    seed: str, *, mode: Mode, base: Sequence[str] = (), style: Style | Literal["any-bold"] = "deep"
) -> Palette:
    """The palette that belongs to a seed, such as the title of a video; the same one every time.

    Args:
        seed: Any text.
        mode: Dark or light grounds.
        base: Brand colours, "#rgb" or "#rrggbb": the first becomes the accent, the following give the three grounds
            their hues, the last of them as often as needed. Lightness moves as far as contrast demands.
        style: Which family of harmonies: rich gradients, one loud colour ("any-bold": of either mode), or
            nearly neutral.

    Raises:
        RequestError: A brand colour is not a hexadecimal colour.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    harmonies = _BOLD if style == "any-bold" else _HARMONIES[(style, mode)]
    chosen = harmonies[digest[0] % len(harmonies)]
    turn = (digest[1] / 255 - 0.5) * 12  # degrees: neighbours of a good harmony, not another one
    grounds = [(light, chroma, (hue + turn) % 360) for light, chroma, hue in chosen.grounds]
    accent = (chosen.accent[0], chosen.accent[1], (chosen.accent[2] + turn / 2) % 360)
    brand = [hex_to_oklch(color) for color in base]
    if brand:
        accent = brand[0]
    for index in range(3):
        if len(brand) > 1:
            of_brand = brand[min(1 + index, len(brand) - 1)]
            light, chroma, _ = grounds[index]
            grounds[index] = (light, min(of_brand[1], max(chroma, 0.05)), of_brand[2])
    actual_mode: Mode = "dark" if grounds[0][0] < 0.6 else "light"
    ground_colors = tuple(oklch_to_hex(*ground) for ground in grounds)
    hue = grounds[0][2]
    ink = _readable((*_INKS[actual_mode], hue), ground_colors, INK_CONTRAST)
    muted = _readable((*_MUTED[actual_mode], hue), ground_colors, ACCENT_CONTRAST)
    accent_color = _readable(accent, ground_colors, ACCENT_CONTRAST)
    return Palette(
        grounds=(ground_colors[0], ground_colors[1], ground_colors[2]),
        ink=ink,
        muted=muted,
        accent=accent_color,
        on_accent=_text_on(accent_color, ground_colors[0]),
        mode=actual_mode,
    )


def _readable(color: tuple[float, float, float], grounds: Sequence[str], contrast: float) -> str:
    """The colour, moved away from the grounds in lightness only as far as the contrast needs, chroma kept if it can."""
    lightness, chroma, hue = color
    step = 0.01 if max(luminance(ground) for ground in grounds) < 0.179 else -0.01
    while 0.0 < lightness < 1.0:
        candidate = oklch_to_hex(lightness, chroma, hue)
        if min(contrast_ratio(candidate, ground) for ground in grounds) >= contrast:
            return candidate
        lightness += step
    return "#ffffff" if step > 0 else "#000000"


def _text_on(plate: str, preferred: str) -> str:
    """The preferred colour when it is readable on the plate, else near-black or white, whichever reads better."""
    if contrast_ratio(preferred, plate) >= ACCENT_CONTRAST:
        return preferred
    return max(("#0b0b0f", "#ffffff"), key=lambda color: contrast_ratio(color, plate))


def contrast_ratio(first: str, second: str) -> float:
    """WCAG 2.x contrast of two colours, 1..21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """WCAG 2.x relative luminance, 0..1."""
    red, green, blue = (_to_linear(channel) for channel in hex_to_rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(first: str, second: str, share: float) -> str:
    """`share` (0..1) of the second colour in the first, mixed in OKLab so that no grey appears between them."""
    a, b = _rgb_to_oklab(hex_to_rgb(first)), _rgb_to_oklab(hex_to_rgb(second))
    return _rgb_to_hex(_oklab_to_rgb(*(x + (y - x) * share for x, y in zip(a, b, strict=True))))


def hex_to_rgb(color: str) -> tuple[float, float, float]:
    """The channels 0..1 of "#rgb" or "#rrggbb".

    Raises:
        RequestError: It is neither.
    """
    digits = color.removeprefix("#")
    if not re.fullmatch(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}", digits):
        raise RequestError(f"{color!r} is not a valid colour.", hint="Write it as #rrggbb, such as #1f6feb.")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return (int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:], 16) / 255)


def hex_to_oklch(color: str) -> tuple[float, float, float]:
    """Lightness 0..1, chroma (about 0..0.37), hue in degrees."""
    lightness, a, b = _rgb_to_oklab(hex_to_rgb(color))
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def oklch_to_hex(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour that sRGB can show with this lightness and hue: chroma is lowered until it fits."""
    cos, sin = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    low, high = 0.0, chroma
    rgb = _oklab_to_rgb(lightness, chroma * cos, chroma * sin)
    if not _in_gamut(rgb):
        for _ in range(16):
            middle = (low + high) / 2
            if _in_gamut(_oklab_to_rgb(lightness, middle * cos, middle * sin)):
                low = middle
            else:
                high = middle
        rgb = _oklab_to_rgb(lightness, low * cos, low * sin)
    return _rgb_to_hex(rgb)


def _in_gamut(rgb: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in rgb)


def _rgb_to_hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in rgb)


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _from_linear(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _rgb_to_oklab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = (_to_linear(channel) for channel in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _oklab_to_rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _from_linear(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _from_linear(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _from_linear(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
