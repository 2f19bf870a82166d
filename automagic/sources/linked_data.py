"""What a page says of itself for machines (JSON-LD with the words of schema.org), where its readable text lacks it.

    {"@type": "Recipe", "recipeIngredient": ["200 g flour"], …}   ──▶   item "200 g flour." under "Ingredients"

It comes from outside: it is data with bounds on its size and depth, of which a few named fields are read as plain text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from automagic.language.speech.foreign_tables import TONGUES
from automagic.language.text.front_matter import read_date
from automagic.language.text.lexicon import MONTHS
from automagic.language.text.prose import Block, Form, ends_sentence
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

_MOST_SCRIPTS, _MOST_LETTERS, _MOST_NODES = 20, 500_000, 2_000
_MOST_ENTRIES, _LONGEST_ENTRY = 100, 1_500
_MOST_DEPTH = 6
_RETOLD, _LONG_WORD = 0.7, 4
"""So many of a step's words of so many letters a text has that tells the same step."""
KINDS = {
    "recipe": "recipe",
    "howto": "how-to",
    "product": "product",
    "productgroup": "product",
    "faqpage": "faq",
    "qapage": "faq",
    "newsarticle": "news",
    "reportagenewsarticle": "news",
    "analysisnewsarticle": "news",
    "blogposting": "blog",
    "blog": "blog",
}
"""The types that are known, lower case, the most telling first: a page with a recipe is one, though it is a blog's."""

_NAMES = {
    "en": "Ingredients|Instructions|You need|Tools|Yield|Preparation time|Cooking time|Total time|Price|Availability|"
    "Release date|hours|hour|minutes|minute",
    "de": "Zutaten|Zubereitung|Material|Werkzeug|Menge|Vorbereitungszeit|Kochzeit|Gesamtzeit|Preis|Verfügbarkeit|"
    "Erscheinungsdatum|Stunden|Stunde|Minuten|Minute",
    "fr": "Ingrédients|Préparation|Matériel|Outils|Quantité|Temps de préparation|Temps de cuisson|Temps total|Prix|"
    "Disponibilité|Date de sortie|heures|heure|minutes|minute",
    "es": "Ingredientes|Preparación|Material|Herramientas|Cantidad|Tiempo de preparación|Tiempo de cocción|"
    "Tiempo total|Precio|Disponibilidad|Fecha de lanzamiento|horas|hora|minutos|minuto",
    "it": "Ingredienti|Preparazione|Materiale|Attrezzi|Quantità|Tempo di preparazione|Tempo di cottura|Tempo totale|"
    "Prezzo|Disponibilità|Data di uscita|ore|ora|minuti|minuto",
    "pt": "Ingredientes|Modo de preparo|Material|Ferramentas|Quantidade|Tempo de preparo|Tempo de cozimento|"
    "Tempo total|Preço|Disponibilidade|Data de lançamento|horas|hora|minutos|minuto",
}  # fmt: skip
_KEYS = (
    "ingredients", "instructions", "supplies", "tools", "yield", "prep", "cook", "total", "price", "availability",
    "release", "hours", "hour", "minutes", "minute",
)  # fmt: skip
_DURATION = re.compile(r"P(?:(?P<d>\d{1,3})D)?(?:T(?:(?P<h>\d{1,3})H)?(?:(?P<m>\d{1,4})M)?(?:\d+(?:\.\d+)?S)?)?")
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ZEROS = re.compile(r"[.,]00$")
_DATE = re.compile(r"\d{4}-(\d{2})-(\d{2})")
_TAG = re.compile(r"<[^<>]{0,300}>")
_BREAK = re.compile(r"</(?:p|li|div)>|<br\s*/?>", re.IGNORECASE)
_Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """What a page's data say: which kind of page it is, its title and date, and what may have to be added to its text.

    Attributes:
        groups: A heading ("" for none) and the blocks that belong below it.
        notices: What a person must be told of it.
    """

    kind: str = ""
    title: str = ""
    published: str = ""
    groups: tuple[tuple[str, tuple[Block, ...]], ...] = ()
    notices: tuple[str, ...] = ()


def read_linked_data(tree: Any, language: str) -> Described:
    """The page's data; what is malformed, too large or nested too deeply is left out with a notice."""
    nodes, faults = _read_nodes(tree)
    notices = ("The page's own description of itself (JSON-LD) cannot be read: it was ignored.",) if faults else ()
    kinds = {kind for node in nodes[:_MOST_NODES] for kind in _kinds_of(node)}
    kind = next((kind for kind in dict.fromkeys(KINDS.values()) if kind in kinds), "")
    words = dict(zip(_KEYS, _NAMES.get(language, _NAMES["en"]).split("|"), strict=True))
    if language not in {"en", ""}:
        words["availability"] = ""  # its values are English words
    firsts = {kind: next(node for node in nodes[:_MOST_NODES] if kind in _kinds_of(node)) for kind in kinds}
    node = firsts.get(kind, {})
    groups = tuple(
        (name, blocks)
        for one in dict.fromkeys(KINDS.values())
        for name, blocks in _read(one, firsts.get(one, {}), words)
        if blocks
    )
    title = text_of(node.get("headline")) if kind in {"news", "blog"} else text_of(node.get("name"))
    return Described(kind, title, read_date(text_of(node.get("datePublished"))), groups, notices)


def find_products(tree: Any) -> list[_Node]:
    """What a page says of products, as it says it: each field is text from outside, to be read by `text_of`."""
    nodes, _ = _read_nodes(tree)
    return [node for node in nodes[:_MOST_NODES] if "product" in _kinds_of(node)]


def _read_nodes(tree: Any) -> tuple[list[_Node], int]:
    """The objects of all its scripts, and how many of these cannot be read."""
    nodes: list[_Node] = []
    faults = 0
    scripts = [one for one in tree.iter("script") if "ld+json" in (one.get("type") or "").lower()]
    for script in scripts[:_MOST_SCRIPTS]:
        text = "".join(script.itertext()).strip().removeprefix("<!--").removesuffix("-->").strip()
        try:
            if len(text) > _MOST_LETTERS:
                raise MalformedText("", "it is too long")  # noqa: TRY301 - one notice for all that cannot be read
            if text:
                nodes += _nodes_of(parse_json(_escape_breaks(text), name="JSON-LD"))
        except MalformedText:
            faults += 1
    return nodes, faults


def add_missing(blocks: Sequence[Block], described: Described) -> list[Block]:
    """The blocks of a page, and behind them what its data say and its text does not."""
    said = _Said(blocks)
    added: list[Block] = []
    for name, group in described.groups:
        missing = [block for block in group if not said.holds(block)]
        if said.retells(group) or (len(missing) < len(group) / 2 and group[0].kind == "item"):
            missing = [block for block in missing if not said.names(block)]
        if not missing:
            continue
        if group[0].kind == "item" and len(missing) > len(group) / 2:
            missing = list(group)  # "salt" in a sentence is no list of ingredients
        added.append(Block("heading", name, form=Form(rank=2)) if name else Block("rule", "", form=Form(rank=1)))
        added += missing
    return [*blocks, *added]


class _Said:
    """The words of a readable text, to ask whether they hold those of a block."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._text = _bare(" ".join(block.text for block in blocks))

    def holds(self, block: Block) -> bool:
        """Whether the text says the same: in the same words, or, of a value with a name, with the same figures."""
        meaning = block.text.partition(": ")[2] if block.form.passage == "definition" else block.text
        words = _bare(meaning)
        if date := _DATE.fullmatch(meaning.rstrip(".")):
            return any(f" {one} " in self._text for one in _spell_dates(int(date[1]), int(date[2])))
        if block.form.passage == "definition" and any(letter.isdigit() for letter in meaning):
            return all(re.search(rf"(?<!\d){figure}(?!\d)", self._text) for figure in re.findall(r"\d+", meaning)[:4])
        own = _bare(block.text.removeprefix(f"{block.form.term}: "))  # of a step, whose name is put before it
        return not words.strip() or words in self._text or own in self._text

    def names(self, block: Block) -> bool:
        """Whether the text has the block's words, or most of a step's, whatever its figures."""
        words = [word for word in _bare(block.text).split() if not word[0].isdigit()]
        return f" {' '.join(words)} " in self._text or self._share(words) >= _RETOLD

    def retells(self, group: Sequence[Block]) -> bool:
        """Whether the text tells each of the steps in words of its own."""
        return len(group) > 1 and all(block.kind == "item" and self.names(block) for block in group)

    def _share(self, words: Sequence[str]) -> float:
        long = [word for word in words if len(word) >= _LONG_WORD]
        return sum(f" {word} " in self._text for word in long) / len(long) if len(long) > 1 else 0.0


def _spell_dates(month: int, day: int) -> Iterator[str]:
    """ "march 4", "4 march", "4 de marzo", as texts without years write a day."""
    for months in (MONTHS, *(tongue.months for tongue in TONGUES.values())):
        if 1 <= month <= len(months):
            name = months[month - 1].casefold()
            yield from (f"{name} {day}", f"{name} {day}th", f"{day} {name}", f"{day}th {name}", f"{day} de {name}")


def _bare(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


# ---------------------------------------------------------------------------------------------------- nodes


def _escape_breaks(text: str) -> str:
    """Line breaks and tabs inside strings, which many pages have and JSON forbids, as blanks."""
    return re.sub(r"[\x00-\x1f]", " ", text)


def _nodes_of(value: Any, depth: int = 0) -> Iterator[_Node]:
    """The objects of a document: those of lists, of "@graph" and of "mainEntity"."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, list):
        for one in value[:_MOST_NODES]:
            yield from _nodes_of(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if name in value and isinstance(value[name], dict | list):
                yield from _nodes_of(value[name], depth + 1)


def _kinds_of(node: _Node) -> list[str]:
    types = [str(one).rpartition("/")[2].rpartition(":")[2].lower() for one in list_of(node.get("@type"))]
    return [KINDS[type_] for type_ in types if type_ in KINDS]


def list_of(value: Any) -> list[Any]:
    """Of one value or several, a list."""
    if value is None:
        return []
    return value[:_MOST_ENTRIES] if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A value as one line of plain text; "" for what is none or too long to be one."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("text") or value.get("name") or value.get("@value")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", html.unescape(str(value)[:_LONGEST_ENTRY])))).split())
    return text if any(letter.isalnum() for letter in text) else ""


# ---------------------------------------------------------------------------------------------------- kinds


def _read(kind: str, node: _Node, words: dict[str, str]) -> Iterator[tuple[str, tuple[Block, ...]]]:
    if kind == "recipe":
        yield "", _pairs({words["yield"]: _longest(node.get("recipeYield")), **_times(node, words)})
        yield words["ingredients"], _items(node.get("recipeIngredient") or node.get("ingredients"))
        yield words["instructions"], _steps(node.get("recipeInstructions"))
    elif kind == "how-to":
        yield "", _pairs(_times(node, words))
        yield words["supplies"], _items(node.get("supply"))
        yield words["tools"], _items(node.get("tool"))
        yield words["instructions"], _steps(node.get("step"))
    elif kind == "product":
        yield "", _pairs(_offer(node, words))
    elif kind == "faq":
        for question in list_of(node.get("mainEntity")):
            if isinstance(question, dict):
                answer = text_of(question.get("acceptedAnswer") or question.get("suggestedAnswer"))
                name = text_of(question.get("name") or question.get("text"))
                yield name, (Block("paragraph", answer),) if answer and name else ()


def _times(node: _Node, words: dict[str, str]) -> dict[str, str]:
    return {words[key]: _duration(node.get(f"{key}Time"), words) for key in ("prep", "cook", "total")}


def _duration(value: Any, words: dict[str, str]) -> str:
    """ "PT1H20M" as "1 hour 20 minutes"; "" for what is no duration of ISO 8601."""
    found = _DURATION.fullmatch(text_of(value))
    if not found:
        return ""
    hours = 24 * int(found["d"] or 0) + int(found["h"] or 0)
    minutes = int(found["m"] or 0)
    parts = []
    if hours:
        parts.append(f"{hours} {words['hours' if hours > 1 else 'hour']}")
    if minutes:
        parts.append(f"{minutes} {words['minutes' if minutes > 1 else 'minute']}")
    return " ".join(parts)


def _longest(value: Any) -> str:
    """Of "4" and "4 servings" the one that says more."""
    return max((text_of(one) for one in list_of(value)), key=len, default="")


def _offer(node: _Node, words: dict[str, str]) -> dict[str, str]:
    variants = [one for one in list_of(node.get("hasVariant")) if isinstance(one, dict)]
    offers = list_of(node.get("offers")) or [offer for one in variants[:1] for offer in list_of(one.get("offers"))]
    offer: _Node = next((one for one in offers if isinstance(one, dict)), {})
    specified = next((one for one in list_of(offer.get("priceSpecification")) if isinstance(one, dict)), {})
    price = text_of(offer.get("price") or offer.get("lowPrice") or specified.get("price"))
    currency = text_of(offer.get("priceCurrency") or specified.get("priceCurrency"))
    available = text_of(offer.get("availability")).rpartition("/")[2]
    released = text_of(node.get("releaseDate")) or text_of(offer.get("availabilityStarts"))
    return {
        words["price"]: f"{_ZEROS.sub('', price)} {currency}" if price and currency else "",
        words["availability"]: _CAMEL.sub(" ", available).capitalize(),
        words["release"]: read_date(released),
    }


def _pairs(values: dict[str, str]) -> tuple[Block, ...]:
    return tuple(
        Block("paragraph", _close(f"{name}: {value}"), form=Form(passage="definition", term=name))
        for name, value in values.items()
        if name and value
    )


def _items(value: Any) -> tuple[Block, ...]:
    texts = [text_of(one) for one in list_of(value)]
    return tuple(Block("item", _close(text), form=Form(level=1)) for text in texts if text)


def _steps(value: Any) -> tuple[Block, ...]:
    """The steps in order, those of sections behind each other, numbered from 1."""
    steps = list(islice((step for step in _walk_steps(value, 0) if step[1]), _MOST_ENTRIES))
    return tuple(_step(number, name.rstrip(":"), text) for number, (name, text) in enumerate(steps, start=1))


def _step(number: int, name: str, text: str) -> Block:
    is_named = bool(name) and not text.startswith(name.rstrip(".…"))
    form = Form(level=1, number=number, ordered=True, term=name if is_named else "")
    return Block("item", _close(f"{name}: {text}" if is_named else text), form=form)


def _walk_steps(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """(name, text) of each step."""
    if depth > _MOST_DEPTH:
        return
    for one in list_of(value):
        if isinstance(one, str):
            yield from (
                ("", text_of(part)) for part in _BREAK.split(one[: 10 * _LONGEST_ENTRY]) for part in part.split("\n")
            )
        elif isinstance(one, dict) and isinstance(one.get("itemListElement"), list | dict) and not one.get("text"):
            yield from _walk_steps(one["itemListElement"], depth + 1)
        elif isinstance(one, dict):
            name = text_of(one.get("name"))
            text = text_of(one.get("text")) or name
            yield (name if name != text and len(name.split()) <= 8 else ""), text
        elif isinstance(one, list):
            yield from _walk_steps(one, depth + 1)


def _close(text: str) -> str:
    return text if ends_sentence(text) else f"{text}."
