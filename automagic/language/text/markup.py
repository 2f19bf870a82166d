"""Inline Markdown as the words that it shows. Each text is resolved once, by the reader of its format."""

from __future__ import annotations

import html
import re

_HIDDEN = 0xF700
"""Signs that stand for themselves wait in the private use area until the marks around them are taken away."""
_ESCAPABLE = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_LITERAL = re.compile(r"\\([\\`*_{}\[\]()#+.!~<>:&$-])|(?<!`)(`+)(?!`)(.+?)(?<!`)\2(?!`)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*|/)?)>")
_ELEMENTS = frozenset(
    [
        "a", "abbr", "acronym", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big",
        "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data",
        "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset",
        "figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6",
        "head", "header", "hgroup", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li",
        "link", "main", "map", "mark", "menu", "meta", "meter", "nav", "noscript", "object", "ol", "optgroup", "option",
        "output", "p", "param", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "search",
        "section", "select", "slot", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup",
        "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track",
        "tt", "u", "ul", "var", "video", "wbr",
    ]
)  # fmt: skip


def is_tag(text: str) -> bool:
    """Whether "<…>" is a tag of HTML, or has attributes as only tags have; "<int>" is text."""
    if text.startswith(("<!", "<?")):
        return True
    found = _TAG.fullmatch(text)
    return found is not None and (found[1].lower() in _ELEMENTS or "=" in found[2])


def strip_markup(text: str) -> str:
    """Display text of inline Markdown: links become their text; tags, emphasis and code marks vanish.

    What stands in code is kept as it is, whatever it looks like; so is what looks like a tag and is none.
    """
    text = _LITERAL.sub(lambda found: _hide(found[1] or found[3]), text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<((?:https?://|mailto:)[^>\s]+)>", r"\1", text)
    text = _TAG.sub(lambda found: "" if is_tag(found[0]) else found[0], text)
    text = _ENTITY.sub(lambda found: _hide(html.unescape(found[0])), text)
    text = re.sub(r"(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    return re.sub(rf"[{chr(_HIDDEN)}-{chr(_HIDDEN + 0x7F)}]", _show, text)


def _hide(text: str) -> str:
    return "".join(chr(_HIDDEN + ord(c)) if c in _ESCAPABLE else c for c in text)


def _show(match: re.Match[str]) -> str:
    code = ord(match[0]) - _HIDDEN
    return chr(code) if chr(code) in _ESCAPABLE else match[0]
