"""What is written short and said long in German, French, Spanish, Italian, Portuguese and Dutch.

A unit or a currency is "one|many" or "one|many|f": its words for one and for more, and whether it is feminine, which
changes "one" and "two" before it. `Tongue` holds what a language says for signs, times and the like.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language says what is written short.

    Attributes:
        tag: Its primary language tag.
        signs: Of a number, by what is written before it: "−", "<".
        to: Between two numbers: "bis".
        between: Two sides of a ratio: "zu".
        per: Between what is counted and what it is shared by: "€/an".
        of: Between millions and what they count: "de"; empty where nothing stands there.
        cents: Between money and its hundredths; their name; whether it is said behind money, too.
        number: For "№ 5" and "#5".
        symbols: Lone signs, and those between words.
        units, money: By what is written, see above.
        scales: Short forms of thousands and millions: "Mio" → "Million|Millionen".
        halves: "½", "1/4", "3/4" in words.
        short: Abbreviations, lower case, without their last period; several words with single spaces.
        feminine: Nouns before which a number is feminine, besides units and money.
        titles: Single capitals that are a title before a name: "M. Dupont".
        before_number: Abbreviations that are one only before a number: "S. 5".
        days: Short weekdays that may stand in a range.
        months: In their order.
        hours: How a time of day is said, see `foreign`.
        ordinal: What marks an ordinal behind its digits, as a pattern with the group "f" for the feminine.
    """

    tag: str
    signs: dict[str, str]
    to: str
    between: str
    per: str
    of: str
    cents: tuple[str, str, bool]
    number: str
    symbols: dict[str, str]
    units: dict[str, str]
    money: dict[str, str]
    halves: dict[str, str]
    days: dict[str, str]
    months: tuple[str, ...]
    hours: tuple[str, str, str]
    ordinal: str
    scales: dict[str, str] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    feminine: frozenset[str] = frozenset()
    titles: dict[str, str] = field(default_factory=dict)
    before_number: dict[str, str] = field(default_factory=dict)


def _signs(minus: str, plus: str, both: str, about: str, limits: tuple[str, str, str, str]) -> dict[str, str]:
    below, above, at_most, at_least = limits
    return {
        "-": minus, "−": minus, "–": minus, "+": plus, "±": both, "+/-": both, "+/−": both, "~": about, "≈": about,
        "<": below, ">": above, "≤": at_most, "≥": at_least, "<=": at_most, ">=": at_least,
    }  # fmt: skip


def _metric(words: dict[str, str], square: str, cubic: str) -> dict[str, str]:
    """The units, with square and cubic ones made of the lengths: "{} carré|{} carrés" has a place for their name."""
    made = dict(words)
    for short in ("km", "m", "cm", "mm"):
        names = words[short].split("|")
        for powers, form in (("²2", square), ("³3", cubic)):
            forms = form.split("|")
            said = [form.format(name if " " in form else name.lower()) for form, name in zip(forms, names, strict=True)]
            made |= {short + power: "|".join(said) for power in powers}
    return made | {unit.replace("µ", "μ"): name for unit, name in made.items()}


_PLAIN = {"Hz": "Hertz|Hertz", "kHz": "Kilohertz|Kilohertz", "MHz": "Megahertz|Megahertz", "GHz": "Gigahertz|Gigahertz"}
_LATIN_PLAIN = {unit: name.lower() for unit, name in _PLAIN.items()}

_GERMAN = Tongue(
    tag="de",
    signs=_signs("minus", "plus", "plus minus", "etwa", ("weniger als", "mehr als", "höchstens", "mindestens")),
    to="bis", between="zu", per="pro", of="", cents=("", "Cent", False), number="Nummer",
    symbols={"&": "und", "=": "gleich", "%": "Prozent", "§": "Paragraf", "§§": "Paragrafen", "×": "mal", "@": "at",
             "→": "nach", "#": "Hashtag", "^": "hoch", "²": "hoch zwei", "³": "hoch drei",
             "€": "Euro", "$": "Dollar", "£": "Pfund", "÷": "durch"},
    units=_metric({
        "%": "Prozent|Prozent", "‰": "Promille|Promille", "°": "Grad|Grad", "°C": "Grad Celsius|Grad Celsius",
        "°F": "Grad Fahrenheit|Grad Fahrenheit", "km": "Kilometer|Kilometer", "m": "Meter|Meter",
        "cm": "Zentimeter|Zentimeter", "mm": "Millimeter|Millimeter", "µm": "Mikrometer|Mikrometer",
        "ha": "Hektar|Hektar", "l": "Liter|Liter", "L": "Liter|Liter", "ml": "Milliliter|Milliliter",
        "kg": "Kilogramm|Kilogramm", "g": "Gramm|Gramm", "mg": "Milligramm|Milligramm", "t": "Tonne|Tonnen|f",
        "km/h": "Kilometer pro Stunde|Kilometer pro Stunde", "m/s": "Meter pro Sekunde|Meter pro Sekunde",
        "h": "Stunde|Stunden|f", "Std": "Stunde|Stunden|f", "min": "Minute|Minuten|f", "Min": "Minute|Minuten|f",
        "s": "Sekunde|Sekunden|f", "Sek": "Sekunde|Sekunden|f", "GB": "Gigabyte|Gigabyte", "MB": "Megabyte|Megabyte",
        "TB": "Terabyte|Terabyte", "kWh": "Kilowattstunde|Kilowattstunden|f",
        "MWh": "Megawattstunde|Megawattstunden|f",
        "GWh": "Gigawattstunde|Gigawattstunden|f", "kW": "Kilowatt|Kilowatt", "MW": "Megawatt|Megawatt",
        "GW": "Gigawatt|Gigawatt", "W": "Watt|Watt", "V": "Volt|Volt", "Ω": "Ohm|Ohm", "x": "mal|mal", "×": "mal|mal",
        "Uhr": "Uhr|Uhr", "ms": "Millisekunde|Millisekunden|f", "dB": "Dezibel|Dezibel", **_PLAIN,
    }, "Quadrat{}|Quadrat{}", "Kubik{}|Kubik{}"),
    money={"€": "Euro|Euro", "$": "Dollar|Dollar", "US$": "US-Dollar|US-Dollar", "£": "Pfund|Pfund", "¥": "Yen|Yen",
           "CHF": "Franken|Franken", "R$": "Real|Real", "₹": "Rupie|Rupien|f", "₽": "Rubel|Rubel", "₺": "Lira|Lira|f",
           "₩": "Won|Won", "EUR": "Euro|Euro", "USD": "US-Dollar|US-Dollar", "Fr": "Franken|Franken"},
    halves={"½": "ein halb", "1/2": "ein halb", "⅓": "ein Drittel", "1/3": "ein Drittel", "⅔": "zwei Drittel",
            "2/3": "zwei Drittel", "¼": "ein Viertel", "1/4": "ein Viertel",
            "¾": "drei Viertel", "3/4": "drei Viertel"},
    days={"mo": "Montag", "di": "Dienstag", "mi": "Mittwoch", "do": "Donnerstag", "fr": "Freitag", "sa": "Samstag",
          "so": "Sonntag"},
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember"),
    hours=("{h} Uhr", "{h} Uhr {m}", "m"), ordinal=r"(\d+)\.",
    scales={"Mio": "Million|Millionen|f", "Mrd": "Milliarde|Milliarden|f", "Tsd": "tausend|tausend"},
    short={"ca": "circa", "bzw": "beziehungsweise", "usw": "und so weiter", "nr": "Nummer", "dr": "Doktor",
           "prof": "Professor", "hr": "Herr", "str": "Straße", "st": "Sankt", "inkl": "inklusive",
           "evtl": "eventuell",
           "ggf": "gegebenenfalls", "max": "maximal", "abb": "Abbildung", "kap": "Kapitel", "abs": "Absatz",
           "jh": "Jahrhundert", "tel": "Telefon", "vgl": "vergleiche", "etc": "et cetera", "z. b": "zum Beispiel",
           "z.b": "zum Beispiel", "d. h": "das heißt", "d.h": "das heißt", "u. a": "unter anderem",
           "u.a": "unter anderem", "v. chr": "vor Christus", "n. chr": "nach Christus", "s. o": "siehe oben",
           "mio": "Millionen", "mrd": "Milliarden", "std": "Stunden"},
    before_number={"s": "Seite", "art": "Artikel", "bd": "Band"},
)  # fmt: skip

_FRENCH = Tongue(
    tag="fr",
    signs=_signs("moins", "plus", "plus ou moins", "environ", ("moins de", "plus de", "au plus", "au moins")),
    to="à", between="à", per="par", of="de", cents=("", "centimes", False), number="numéro",
    symbols={"&": "et", "=": "égale", "%": "pour cent", "§": "paragraphe", "§§": "paragraphes", "×": "fois",
             "@": "arobase", "→": "vers", "#": "hashtag", "^": "puissance", "²": "au carré", "³": "au cube",
             "€": "euros", "$": "dollars", "£": "livres", "÷": "divisé par"},
    units=_metric({
        "%": "pour cent|pour cent", "‰": "pour mille|pour mille", "°": "degré|degrés",
        "°C": "degré Celsius|degrés Celsius", "°F": "degré Fahrenheit|degrés Fahrenheit",
        "km": "kilomètre|kilomètres",
        "m": "mètre|mètres", "cm": "centimètre|centimètres", "mm": "millimètre|millimètres",
        "µm": "micromètre|micromètres", "ha": "hectare|hectares", "l": "litre|litres", "L": "litre|litres",
        "ml": "millilitre|millilitres", "kg": "kilogramme|kilogrammes", "g": "gramme|grammes",
        "mg": "milligramme|milligrammes", "t": "tonne|tonnes|f", "km/h": "kilomètre par heure|kilomètres par heure",
        "m/s": "mètre par seconde|mètres par seconde", "h": "heure|heures|f", "min": "minute|minutes|f",
        "s": "seconde|secondes|f", "Go": "gigaoctet|gigaoctets", "Mo": "mégaoctet|mégaoctets",
        "To": "téraoctet|téraoctets", "GB": "gigaoctet|gigaoctets", "MB": "mégaoctet|mégaoctets",
        "kWh": "kilowattheure|kilowattheures",
        "MWh": "mégawattheure|mégawattheures", "GWh": "gigawattheure|gigawattheures", "kW": "kilowatt|kilowatts",
        "MW": "mégawatt|mégawatts", "GW": "gigawatt|gigawatts", "W": "watt|watts", "V": "volt|volts", "Ω": "ohm|ohms",
        "x": "fois|fois|f", "×": "fois|fois|f", "ms": "milliseconde|millisecondes|f", "dB": "décibel|décibels",
        **_LATIN_PLAIN,
    }, "{} carré|{} carrés", "{} cube|{} cubes"),
    money={"€": "euro|euros", "$": "dollar|dollars", "US$": "dollar américain|dollars américains",
           "£": "livre|livres|f", "¥": "yen|yens", "CHF": "franc suisse|francs suisses", "R$": "réal|réaux",
           "₹": "roupie|roupies|f", "₽": "rouble|roubles", "₺": "livre turque|livres turques|f", "₩": "won|wons",
           "EUR": "euro|euros", "USD": "dollar américain|dollars américains"},
    halves={"½": "un demi", "1/2": "un demi", "⅓": "un tiers", "1/3": "un tiers",
            "⅔": "deux tiers", "2/3": "deux tiers",
            "¼": "un quart", "1/4": "un quart", "¾": "trois quarts", "3/4": "trois quarts"},
    days={"lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi", "sam": "samedi",
          "dim": "dimanche"},
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
            "décembre"),
    hours=("{h} heures", "{h} heures {m}", "f"), ordinal=r"(\d+)(?:er|ers|(?P<f>re|res|ère|ères|nde)|e|es|ème|èmes|nd)",
    scales={"M": "million|millions", "Md": "milliard|milliards", "Mds": "milliard|milliards", "k": "mille|mille"},
    short={"mme": "Madame", "mlle": "Mademoiselle", "dr": "Docteur", "env": "environ",
           "etc": "et cetera", "p. ex": "par exemple", "av. j.-c": "avant Jésus-Christ",
           "apr. j.-c": "après Jésus-Christ", "ste": "Sainte", "tél": "téléphone", "chap": "chapitre",
           "c.-à-d": "c'est-à-dire"},
    feminine=frozenset(
        [
            "personnes", "fois", "années", "semaines", "heures", "minutes", "secondes", "tonnes", "femmes",
            "filles", "voitures", "maisons", "pages", "places", "écoles", "entreprises", "familles", "communes"
        ]
    ),
    titles={"M": "Monsieur", "MM": "Messieurs", "Me": "Maître"},
    before_number={"p": "page", "art": "article", "vol": "volume", "n°": "numéro", "nº": "numéro", "no": "numéro"},
)  # fmt: skip

_SPANISH = Tongue(
    tag="es",
    signs=_signs("menos", "más", "más o menos", "unos", ("menos de", "más de", "como máximo", "al menos")),
    to="a", between="a", per="por", of="de", cents=("con", "céntimos", False), number="número",
    symbols={"&": "y", "=": "igual a", "%": "por ciento", "§": "párrafo", "§§": "párrafos", "×": "por", "@": "arroba",
             "→": "a", "#": "hashtag", "^": "elevado a", "²": "al cuadrado", "³": "al cubo", "€": "euros",
             "$": "dólares",
            "£": "libras", "÷": "entre"},
    units=_metric({
        "%": "por ciento|por ciento", "‰": "por mil|por mil", "°": "grado|grados",
        "°C": "grado Celsius|grados Celsius",
        "°F": "grado Fahrenheit|grados Fahrenheit", "km": "kilómetro|kilómetros", "m": "metro|metros",
        "cm": "centímetro|centímetros", "mm": "milímetro|milímetros", "µm": "micrómetro|micrómetros",
        "ha": "hectárea|hectáreas|f", "l": "litro|litros", "L": "litro|litros", "ml": "mililitro|mililitros",
        "kg": "kilogramo|kilogramos", "g": "gramo|gramos", "mg": "miligramo|miligramos", "t": "tonelada|toneladas|f",
        "km/h": "kilómetro por hora|kilómetros por hora", "m/s": "metro por segundo|metros por segundo",
        "h": "hora|horas|f", "min": "minuto|minutos", "s": "segundo|segundos", "GB": "gigabyte|gigabytes",
        "MB": "megabyte|megabytes", "TB": "terabyte|terabytes", "kWh": "kilovatio hora|kilovatios hora",
        "MWh": "megavatio hora|megavatios hora", "GWh": "gigavatio hora|gigavatios hora",
        "kW": "kilovatio|kilovatios",
        "MW": "megavatio|megavatios", "GW": "gigavatio|gigavatios", "W": "vatio|vatios", "V": "voltio|voltios",
        "Ω": "ohmio|ohmios", "x": "vez|veces|f", "×": "vez|veces|f", "ms": "milisegundo|milisegundos",
        "dB": "decibelio|decibelios", **_LATIN_PLAIN,
    }, "{} cuadrado|{} cuadrados", "{} cúbico|{} cúbicos"),
    money={"€": "euro|euros", "$": "dólar|dólares", "US$": "dólar estadounidense|dólares estadounidenses",
           "£": "libra|libras|f", "¥": "yen|yenes", "CHF": "franco suizo|francos suizos", "R$": "real|reales",
           "₹": "rupia|rupias|f", "₽": "rublo|rublos", "₺": "lira|liras|f", "₩": "won|wones", "EUR": "euro|euros",
           "USD": "dólar estadounidense|dólares estadounidenses", "MXN": "peso mexicano|pesos mexicanos"},
    halves={"½": "medio", "1/2": "un medio", "⅓": "un tercio", "1/3": "un tercio", "⅔": "dos tercios",
            "2/3": "dos tercios", "¼": "un cuarto", "1/4": "un cuarto", "¾": "tres cuartos", "3/4": "tres cuartos"},
    days={"lun": "lunes", "mar": "martes", "mié": "miércoles", "mie": "miércoles", "jue": "jueves", "vie": "viernes",
          "sáb": "sábado", "sab": "sábado", "dom": "domingo", "l": "lunes", "v": "viernes", "s": "sábado",
          "d": "domingo"},
    months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre"),
    hours=("{h}", "{h} y {m}", "f"), ordinal=r"(\d+)(?:\.?º|\.?er|\.?(?P<f>ª))",
    scales={"M": "millón|millones", "k": "mil|mil"},
    short={"sr": "señor", "sra": "señora", "srta": "señorita", "dr": "doctor", "dra": "doctora", "dña": "doña",
           "ud": "usted", "uds": "ustedes", "p. ej": "por ejemplo", "etc": "etcétera", "aprox": "aproximadamente",
           "avda": "avenida", "av": "avenida", "a. c": "antes de Cristo", "a.c": "antes de Cristo",
           "d. c": "después de Cristo", "d.c": "después de Cristo", "tel": "teléfono", "ee. uu": "Estados Unidos",
           "ee.uu": "Estados Unidos", "máx": "máximo", "mín": "mínimo"},
    feminine=frozenset(
        [
            "personas", "veces", "semanas", "horas", "toneladas", "libras", "mujeres", "niñas", "casas", "páginas",
            "plazas", "viviendas", "familias", "empresas", "escuelas", "ciudades", "hectáreas"
        ]
    ),
    titles={"D": "don"},
    before_number={"pág": "página", "págs": "páginas", "núm": "número", "nº": "número", "n.º": "número",
                   "n°": "número", "art": "artículo", "vol": "volumen", "cap": "capítulo"},
)  # fmt: skip

_ITALIAN = Tongue(
    tag="it",
    signs=_signs("meno", "più", "più o meno", "circa", ("meno di", "più di", "al massimo", "almeno")),
    to="a", between="a", per="per", of="di", cents=("e", "centesimi", False), number="numero",
    symbols={"&": "e", "=": "uguale a", "%": "per cento", "§": "paragrafo", "§§": "paragrafi", "×": "per",
             "@": "chiocciola", "→": "a", "#": "hashtag", "^": "alla", "²": "al quadrato", "³": "al cubo",
             "€": "euro", "$": "dollari",
            "£": "sterline", "÷": "diviso"},
    units=_metric({
        "%": "per cento|per cento", "‰": "per mille|per mille", "°": "grado|gradi",
        "°C": "grado Celsius|gradi Celsius",
        "°F": "grado Fahrenheit|gradi Fahrenheit", "km": "chilometro|chilometri", "m": "metro|metri",
        "cm": "centimetro|centimetri", "mm": "millimetro|millimetri", "µm": "micrometro|micrometri",
        "ha": "ettaro|ettari", "l": "litro|litri", "L": "litro|litri", "ml": "millilitro|millilitri",
        "kg": "chilogrammo|chilogrammi", "g": "grammo|grammi", "mg": "milligrammo|milligrammi",
        "t": "tonnellata|tonnellate|f", "km/h": "chilometro all'ora|chilometri all'ora",
        "m/s": "metro al secondo|metri al secondo", "h": "ora|ore|f", "min": "minuto|minuti", "s": "secondo|secondi",
        "GB": "gigabyte|gigabyte", "MB": "megabyte|megabyte", "TB": "terabyte|terabyte",
        "kWh": "chilowattora|chilowattora", "MWh": "megawattora|megawattora", "GWh": "gigawattora|gigawattora",
        "kW": "chilowatt|chilowatt", "MW": "megawatt|megawatt", "GW": "gigawatt|gigawatt", "W": "watt|watt",
        "V": "volt|volt", "Ω": "ohm|ohm", "x": "volta|volte|f", "×": "volta|volte|f",
        "ms": "millisecondo|millisecondi", "dB": "decibel|decibel", **_LATIN_PLAIN,
    }, "{} quadrato|{} quadrati", "{} cubo|{} cubi"),
    money={"€": "euro|euro", "$": "dollaro|dollari", "US$": "dollaro americano|dollari americani",
           "£": "sterlina|sterline|f", "¥": "yen|yen", "CHF": "franco svizzero|franchi svizzeri", "R$": "real|real",
           "₹": "rupia|rupie|f", "₽": "rublo|rubli", "₺": "lira turca|lire turche|f", "₩": "won|won",
           "EUR": "euro|euro", "USD": "dollaro americano|dollari americani"},
    halves={"½": "mezzo", "1/2": "un mezzo", "⅓": "un terzo", "1/3": "un terzo", "⅔": "due terzi", "2/3": "due terzi",
            "¼": "un quarto", "1/4": "un quarto", "¾": "tre quarti", "3/4": "tre quarti"},
    days={"lun": "lunedì", "mar": "martedì", "mer": "mercoledì", "gio": "giovedì", "ven": "venerdì", "sab": "sabato",
          "dom": "domenica"},
    months=("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre"),
    hours=("{h}", "{h} e {m}", "f"), ordinal=r"(\d+)(?:º|(?P<f>ª))",
    scales={"mln": "milione|milioni", "mld": "miliardo|miliardi", "Mln": "milione|milioni", "Mld": "miliardo|miliardi"},
    short={"sig": "signor", "sigg": "signori", "sig.ra": "signora", "dott": "dottor", "prof": "professor",
           "ecc": "eccetera", "ca": "circa", "a.c": "avanti Cristo", "d.c": "dopo Cristo", "a. c": "avanti Cristo",
           "d. c": "dopo Cristo", "tel": "telefono", "p. es": "per esempio",
           "p.es": "per esempio", "ad es": "ad esempio"},
    before_number={"n": "numero", "nº": "numero", "n°": "numero", "pag": "pagina", "p": "pagina", "art": "articolo",
                   "vol": "volume", "cap": "capitolo"},
)  # fmt: skip

_PORTUGUESE = Tongue(
    tag="pt",
    signs=_signs("menos", "mais", "mais ou menos", "cerca de", ("menos de", "mais de", "no máximo", "pelo menos")),
    to="a", between="a", per="por", of="de", cents=("e", "centavos", True), number="número",
    symbols={"&": "e", "=": "igual a", "%": "por cento", "§": "parágrafo", "§§": "parágrafos", "×": "vezes",
             "@": "arroba", "→": "para", "#": "hashtag", "^": "elevado a", "²": "ao quadrado", "³": "ao cubo",
             "€": "euros", "$": "dólares", "£": "libras", "÷": "dividido por"},
    units=_metric({
        "%": "por cento|por cento", "‰": "por mil|por mil", "°": "grau|graus", "°C": "grau Celsius|graus Celsius",
        "°F": "grau Fahrenheit|graus Fahrenheit", "km": "quilômetro|quilômetros", "m": "metro|metros",
        "cm": "centímetro|centímetros", "mm": "milímetro|milímetros", "µm": "micrômetro|micrômetros",
        "ha": "hectare|hectares", "l": "litro|litros", "L": "litro|litros", "ml": "mililitro|mililitros",
        "kg": "quilograma|quilogramas", "g": "grama|gramas", "mg": "miligrama|miligramas",
        "t": "tonelada|toneladas|f",
        "km/h": "quilômetro por hora|quilômetros por hora", "m/s": "metro por segundo|metros por segundo",
        "h": "hora|horas|f", "min": "minuto|minutos", "s": "segundo|segundos", "GB": "gigabyte|gigabytes",
        "MB": "megabyte|megabytes", "TB": "terabyte|terabytes", "kWh": "quilowatt-hora|quilowatts-hora",
        "MWh": "megawatt-hora|megawatts-hora", "GWh": "gigawatt-hora|gigawatts-hora", "kW": "quilowatt|quilowatts",
        "MW": "megawatt|megawatts", "GW": "gigawatt|gigawatts", "W": "watt|watts", "V": "volt|volts", "Ω": "ohm|ohms",
        "x": "vez|vezes|f", "×": "vez|vezes|f", "ms": "milissegundo|milissegundos", "dB": "decibel|decibéis",
        **_LATIN_PLAIN,
    }, "{} quadrado|{} quadrados", "{} cúbico|{} cúbicos"),
    money={"€": "euro|euros", "$": "dólar|dólares", "US$": "dólar|dólares", "£": "libra|libras|f", "¥": "iene|ienes",
           "CHF": "franco suíço|francos suíços", "R$": "real|reais", "₹": "rupia|rupias|f", "₽": "rublo|rublos",
           "₺": "lira|liras|f", "₩": "won|wons", "EUR": "euro|euros", "USD": "dólar|dólares", "BRL": "real|reais"},
    halves={"½": "meio", "1/2": "meio", "⅓": "um terço", "1/3": "um terço", "⅔": "dois terços", "2/3": "dois terços",
            "¼": "um quarto", "1/4": "um quarto", "¾": "três quartos", "3/4": "três quartos"},
    days={"seg": "segunda", "ter": "terça", "qua": "quarta", "qui": "quinta", "sex": "sexta", "sáb": "sábado",
          "sab": "sábado", "dom": "domingo"},
    months=("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
            "novembro", "dezembro"),
    hours=("{h} horas", "{h} e {m}", "f"), ordinal=r"(\d+)(?:\.?º|\.?(?P<f>ª))",
    scales={"mi": "milhão|milhões", "bi": "bilhão|bilhões", "M": "milhão|milhões", "k": "mil|mil"},
    short={"sr": "senhor", "sra": "senhora", "dr": "doutor", "dra": "doutora", "prof": "professor",
           "p. ex": "por exemplo", "etc": "etcétera", "aprox": "aproximadamente", "av": "avenida",
           "a.c": "antes de Cristo", "d.c": "depois de Cristo", "a. c": "antes de Cristo", "d. c": "depois de Cristo",
           "tel": "telefone", "máx": "máximo", "mín": "mínimo"},
    feminine=frozenset(
        [
            "pessoas", "vezes", "semanas", "horas", "toneladas", "libras", "mulheres", "meninas", "casas",
            "páginas", "vagas", "famílias", "empresas", "escolas", "cidades"
        ]
    ),
    before_number={"nº": "número", "n.º": "número", "n°": "número", "n": "número", "pág": "página", "p": "página",
                   "art": "artigo", "vol": "volume", "cap": "capítulo"},
)  # fmt: skip

_DUTCH = Tongue(
    tag="nl",
    signs=_signs("min", "plus", "plus of min", "ongeveer", ("minder dan", "meer dan", "hoogstens", "minstens")),
    to="tot", between="tegen", per="per", of="", cents=("", "cent", False), number="nummer",
    symbols={"&": "en", "=": "is", "%": "procent", "§": "paragraaf", "§§": "paragrafen", "×": "keer",
             "@": "apenstaartje", "→": "naar", "#": "hashtag", "^": "tot de macht", "²": "kwadraat",
             "³": "tot de derde",
             "€": "euro", "$": "dollar", "£": "pond", "÷": "gedeeld door"},
    units=_metric({
        "%": "procent|procent", "‰": "promille|promille", "°": "graad|graden", "°C": "graad Celsius|graden Celsius",
        "°F": "graad Fahrenheit|graden Fahrenheit", "km": "kilometer|kilometer", "m": "meter|meter",
        "cm": "centimeter|centimeter", "mm": "millimeter|millimeter", "µm": "micrometer|micrometer",
        "ha": "hectare|hectare", "l": "liter|liter", "L": "liter|liter", "ml": "milliliter|milliliter",
        "kg": "kilogram|kilogram", "g": "gram|gram", "mg": "milligram|milligram", "t": "ton|ton",
        "km/h": "kilometer per uur|kilometer per uur", "m/s": "meter per seconde|meter per seconde", "h": "uur|uur",
        "uur": "uur|uur", "min": "minuut|minuten", "s": "seconde|seconden", "GB": "gigabyte|gigabyte",
        "MB": "megabyte|megabyte", "TB": "terabyte|terabyte", "kWh": "kilowattuur|kilowattuur",
        "kW": "kilowatt|kilowatt", "MW": "megawatt|megawatt", "GW": "gigawatt|gigawatt", "W": "watt|watt",
        "V": "volt|volt", "x": "keer|keer", "×": "keer|keer", **_LATIN_PLAIN,
    }, "vierkante {}|vierkante {}", "kubieke {}|kubieke {}"),
    money={"€": "euro|euro", "$": "dollar|dollar", "US$": "Amerikaanse dollar|Amerikaanse dollar", "£": "pond|pond",
           "¥": "yen|yen", "CHF": "Zwitserse frank|Zwitserse frank", "R$": "real|real", "₹": "roepie|roepies",
           "₽": "roebel|roebel", "EUR": "euro|euro", "USD": "Amerikaanse dollar|Amerikaanse dollar"},
    halves={"½": "een half", "1/2": "een half", "⅓": "een derde", "1/3": "een derde", "⅔": "twee derde",
            "2/3": "twee derde", "¼": "een kwart", "1/4": "een kwart", "¾": "drie kwart", "3/4": "drie kwart"},
    days={"ma": "maandag", "di": "dinsdag", "wo": "woensdag", "do": "donderdag", "vr": "vrijdag", "za": "zaterdag",
          "zo": "zondag"},
    months=("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
            "november", "december"),
    hours=("{h} uur", "{h} uur {m}", "m"), ordinal=r"(\d+)(?:e|ste|de)",
    scales={"mln": "miljoen|miljoen", "mld": "miljard|miljard"},
    short={"ca": "circa", "bijv": "bijvoorbeeld", "bv": "bijvoorbeeld", "enz": "enzovoort", "nr": "nummer",
           "dhr": "de heer", "mevr": "mevrouw", "dr": "doctor", "prof": "professor", "incl": "inclusief",
           "max": "maximaal", "min": "minimaal", "tel": "telefoon", "v.chr": "voor Christus", "o.a": "onder andere"},
    before_number={"p": "pagina", "blz": "bladzijde", "art": "artikel"},
)  # fmt: skip

TONGUES: dict[str, Tongue] = {
    tongue.tag: tongue for tongue in (_GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH)
}
"""By primary language tag."""
