"""Display text to spoken text, and the way back."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automagic.language.speech.spoken import spoken_sentences, words_in
from automagic.language.text.sentences import clean_text
from tests.support.texts.shown_numbers import Told, sentences
from tests.support.texts.tables import rows_of


def say(text: str, language: str = "en") -> str:
    return " ".join(sentence.text for sentence in spoken_sentences(text, language=language))


@pytest.mark.parametrize(
    ("display", "said"),
    [
        ("It cost $24.9B.", "It cost twenty-four point nine billion dollars."),
        ("a $5 million house", "a five million dollar house"),
        ("$1,200.50 or $0.99", "one thousand two hundred dollars and fifty cents or ninety-nine cents"),
        ("$10–20 million", "ten to twenty million dollars"),
        ("€1.5bn", "one point five billion euros"),
        ("up 3.7% in 1984", "up three point seven percent in nineteen eighty-four"),
        ("the 2020s and 1990's", "the twenty twenties and nineteen nineties"),
        ("1914–18", "nineteen fourteen to eighteen"),
        ("2005 and 1,500", "two thousand five and one thousand five hundred"),
        ("the 21st, 19th-century", "the twenty-first, nineteenth-century"),
        ("10–20 km at 12 km/h", "ten to twenty kilometers at twelve kilometers per hour"),
        ("1 kg, 25 °C, 10GB", "one kilogram, twenty-five degrees Celsius, ten gigabytes"),
        ("at 5:30 p.m. or 10:00", "at five thirty P-M or ten o'clock"),
        ("9am–5pm", "nine A-M to five P-M"),
        ("on May 5, 2024", "on May fifth, twenty twenty-four"),
        ("since 2024-05-06", "since May sixth, twenty twenty-four"),
        ("5 May 2023", "the fifth of May twenty twenty-three"),
        ("1/2 cup, 1½ lemons", "one half cup, one and a half lemons"),
        ("World War II", "World War two"),
        ("Louis XIV and King George I", "Louis the fourteenth and King George the first"),
        ("Dr. Smith vs. St. James St.", "Doctor Smith versus Saint James Street."),
        ("spices, e.g. cumin, etc.", "spices, for example cumin, et cetera."),
        ("NASA and the FBI's CEOs", "NASA and the F-B-I's C-E-O's"),
        ("You must NEVER stop", "You must NEVER stop"),
        ("salt & pepper + oil", "salt and pepper plus oil"),
        ("see https://www.example.com/docs?x=1.", "see example dot com slash docs."),
        ("mail bob.lee@mail.co.uk", "mail bob dot lee at mail dot co dot uk"),
        ("@jane_doe #ClimateAction", "at jane doe hashtag Climate Action"),
        ("call +1 (555) 123-4567", "call plus one, five five five, one two three, four five six seven"),
        ("H2O, COVID-19, A320", "H two O, COVID-nineteen, A three twenty"),
        ("version 1.2.3", "version one point two point three"),
        ("a 1920×1080 screen", "a nineteen twenty by ten eighty screen"),
        ("**Bold** `code` 🎉 here", "Bold code here"),
        ("wait – what", "wait, what"),
        ("24/7 since 9/11", "twenty-four seven since nine eleven"),
        ("No. 5 of 50+", "Number five of fifty plus"),
        ("-5°C and − 5 °C", "minus five degrees Celsius and minus five degrees Celsius"),
        ("−$5 billion or -$5", "minus five billion dollars or minus five dollars"),
        ("<5 or < 5, > 5 and ≤5", "less than five or less than five, greater than five and at most five"),
        (
            "±2 mm, ± 2 mm, +/- 2 mm",
            "plus or minus two millimeters, plus or minus two millimeters, plus or minus two millimeters",
        ),
        ("≈15 km, ~15 or ~ 15", "about fifteen kilometers, about fifteen or about fifteen"),
        ("§ 5, §5, №5, № 5, #5", "section five, section five, number five, number five, number five"),
        (
            "₹20, ₩5000, ₺90, € 20, R$ 50, CHF 20",
            "twenty rupees, five thousand won, ninety lira, twenty euros, fifty reais, twenty Swiss francs",
        ),
        ("C#, .NET, A*, R&B, Node.js", "C sharp, dot net, A star, R and B, Node dot J-S"),
        (
            "10 000 people paid €1.299,50",
            "ten thousand people paid one thousand two hundred ninety-nine euros and fifty cents",
        ),
        ("In May 12 300 people", "In May twelfth three hundred people"),
        ("1\u202f299 € at 17h30", "one thousand two hundred ninety-nine euros at seventeen thirty"),
        ("Mon–Fri, Jan–Mar, A–Z", "Monday to Friday, January to March, A to Z"),
        ("5 – 10 km, ↑5%, ▼ 3 %", "five to ten kilometers, up five percent, down three percent"),
        ("a < b and List<int>", "a less than b and List int"),
        ("10^6, 10⁸ and x²", "ten to the power of six, ten to the power of eight and x squared"),
        ('5\'10" and 27" wide', "five foot ten and twenty-seven inches wide"),
        ("1:100,000 and 50 Ω", "one to one hundred thousand and fifty ohms"),
        ("He paid ₹5 lakh and Rs. 500.", "He paid five lakh rupees and five hundred rupees."),
        ("It is ₹5 lakh crore.", "It is five lakh crore rupees."),
        ("It uses 5.5 L/100 km.", "It uses five point five liters per one hundred kilometers."),
        ("It uses 5.5L/100km.", "It uses five point five liters per one hundred kilometers."),
        ("Use 5 µg/L and 3 kWh/m².", "Use five micrograms per liter and three kilowatt-hours per square meter."),
        ("It fell 0.5 pp in 4×100 m.", "It fell zero point five percentage points in four by one hundred meters."),
        ("Light runs 3 × 10⁸ m/s.", "Light runs three times ten to the power of eight meters per second."),
        ("It is 5 ℃ now.", "It is five degrees Celsius now."),
    ],
)
def test_what_is_written_short_is_said_in_full(display: str, said: str) -> None:
    assert say(display) == said


@pytest.mark.parametrize(
    ("language", "display", "said"),
    [
        (
            "de",
            "Es stieg um 3,5 % auf 1.200 Euro.",
            "Es stieg um drei Komma fünf Prozent auf eintausendzweihundert Euro.",
        ),
        ("fr", "Il y a 70 % d'eau.", "Il y a soixante-dix pour cent d'eau."),
        ("es", "Cuesta 5 €.", "Cuesta cinco euros."),
        ("zh", "有10203人", "有 一万零二百零三 人"),
        ("xx", "abc 12", "abc twelve"),
        ("pl", "10 000 i 5 %", "dziesięć tysięcy i pięć procent"),
        (
            "fr",
            "10 000 personnes paient 1 299 €",
            "dix mille personnes paient mille deux cent quatre-vingt-dix-neuf euros",
        ),
        (
            "fr",
            "1\u202f299,50 € et 5 M€",
            "mille deux cent quatre-vingt-dix-neuf euros cinquante et cinq millions d'euros",
        ),
        (
            "fr",
            "à 17h30, 17 h 30, 1h et 21h",
            "à dix-sept heures trente, dix-sept heures trente, une heure et vingt et une heures",
        ),
        ("fr", "le 1er mai, la 1re, le XXe siècle", "le premier mai, la première, le vingtième siècle"),
        ("fr", "M. Dupont, n° 5, env. 5 %", "Monsieur Dupont, numéro cinq, environ cinq pour cent"),
        ("fr", "lun.–ven., av. J.-C.", "lundi à vendredi, avant Jésus-Christ."),
        ("es", "10 000 personas y 21 €", "diez mil personas y veintiún euros"),
        ("es", "a las 17:30, la 1ª vez, el 3er piso", "a las diecisiete y treinta, la primera vez, el tercer piso"),
        ("es", "21.000 días, 31 toneladas, siglo XXI", "veintiún mil días, treinta y una toneladas, siglo veintiuno"),
        ("es", "El Sr. López, n.º 5, pág. 12", "El señor López, número cinco, página doce"),
        (
            "pt",
            "R$ 1.299,50 às 17h30",
            "mil duzentos e noventa e nove reais e cinquenta centavos às dezessete e trinta",
        ),
        (
            "pt",
            "2 pessoas, 21 t, 1º de maio, R$ 5 mi",
            "duas pessoas, vinte e uma toneladas, primeiro de maio, cinco milhões de reais",
        ),
        ("de", "3 m² (ca. 5 %) um 17:30 Uhr", "drei Quadratmeter (circa fünf Prozent) um siebzehn Uhr dreißig"),
        (
            "de",
            "Am 29. Juli, der 29. Juli, im 19. Jahrhundert",
            "Am neunundzwanzigsten Juli, der neunundzwanzigste Juli, im neunzehnten Jahrhundert",
        ),
        (
            "de",
            "Mo–Fr, z. B. 5 Mio. €, 1.299,50 €",
            "Montag bis Freitag, zum Beispiel fünf Millionen Euro, eintausendzweihundertneunundneunzig Euro fünfzig",
        ),
        (
            "de",
            "seit 1984 1100 Menschen",
            "seit neunzehnhundertvierundachtzig eintausendeinhundert Menschen",
        ),
        (
            "de",
            "−5 °C, <5 km, ±2 mm, ~3 l",
            "minus fünf Grad Celsius, weniger als fünf Kilometer, plus minus zwei Millimeter, etwa drei Liter",
        ),
        ("de", "+49 30 1234", "plus vier neun, drei null, eins zwei drei vier"),
        (
            "it",
            "1.299,50 €, alle 17:30, fa 20° oggi",
            "milleduecentonovantanove euro e cinquanta, alle diciassette e trenta, fa venti gradi oggi",
        ),
        (
            "it",
            "il 1° maggio, il sig. Rossi, 44 a.C.",
            "il primo maggio, il signor Rossi, quarantaquattro avanti Cristo.",
        ),
        ("de", "29.07.2026", "neunundzwanzigster Juli zweitausendsechsundzwanzig"),
        ("nl", "€ 1.299,50 om 17.30 uur", "duizendtweehonderdnegenennegentig euro vijftig om zeventien uur dertig"),
        ("pt", "Custa R$ 5 mil.", "Custa cinco mil reais."),
        ("pt", "São R$ 2,5 bilhões.", "São dois vírgula cinco bilhões de reais."),
        ("es", "Pagó $3 millones.", "Pagó tres millones de dólares."),
        ("de", "Es ist $1 Million.", "Es ist eine Million Dollar."),
        ("de", "Er braucht 5,5 l/100 km.", "Er braucht fünf Komma fünf Liter pro einhundert Kilometer."),
        ("de", "Das sind 10⁸ m/s.", "Das sind zehn hoch acht Meter pro Sekunde."),
        ("fr", "Il paie 5 millions €.", "Il paie cinq millions d'euros."),
        ("nl", "Het kost € 5 miljoen.", "Het kost vijf miljoen euro."),
        ("pl", "Jest −5 °C rano.", "Jest minus pięć stopni Celsjusza rano."),
        ("ru", "Было −5 °C, 500 ₽.", "Было минус пять градусов Цельсия, пятьсот рублей."),
        ("tr", "Hava %5 arttı.", "Hava yüzde beş arttı."),
        ("ja", "気温は−5℃、¥1,200です。", "気温はマイナス 五 度、 千二百 円です。"),
        ("zh", "增加5%，¥1,200。", "增加百分之 五, 一千二百 元。"),
    ],
)
def test_other_languages_have_their_numbers_read(language: str, display: str, said: str) -> None:
    assert say(display, language) == said


@pytest.mark.parametrize(("language", "display", "said"), [*rows_of("roman"), *rows_of("spoken_numbers")])
def test_numerals_and_amounts_are_said_as_the_language_does(language: str, display: str, said: str) -> None:
    assert say(display, language) == said


def test_each_display_word_keeps_its_spoken_words() -> None:
    (sentence,) = spoken_sentences("NASA paid $24.9B – really!")
    assert [(token.display, token.spoken) for token in sentence.tokens] == [
        ("NASA", ("nasa",)),
        ("paid", ("paid",)),
        ("$24.9B", ("twenty", "four", "point", "nine", "billion", "dollars")),
        ("–", ()),
        ("really!", ("really",)),
    ]


def test_a_sentence_of_emoji_goes_with_its_neighbour() -> None:
    sentences = spoken_sentences("We won! 🎉🎉 Thank you.")
    assert " ".join(sentence.display for sentence in sentences) == "We won! 🎉🎉 Thank you."
    assert all(words_in(sentence.text) for sentence in sentences)
    assert spoken_sentences("🎉") == ()


def test_other_spoken_words_keep_the_display_words_in_time() -> None:
    (first, second) = spoken_sentences(
        "It weighs 6 kg. It hunts alone.", spoken="It weighs about as much as a cat. It hunts all alone."
    )
    assert [token.display for token in first.tokens] == ["It", "weighs", "6", "kg."]
    assert first.text == "It weighs about as much as a cat."
    assert [token.spoken for token in second.tokens] == [("it",), ("hunts", "all"), ("alone",)]


def check(text: str, spoken: str | None, language: str) -> None:
    sentences = spoken_sentences(text, spoken, language)
    for sentence in sentences:
        assert not any(unicodedata.category(c)[0] == "N" for c in sentence.text), sentence.text
        assert tuple(word for token in sentence.tokens for word in token.spoken) == words_in(sentence.text)
        assert sentence.display == " ".join(token.display for token in sentence.tokens)
        assert words_in(sentence.text)
    if sentences:
        shown = "".join("".join(sentence.display.split()) for sentence in sentences)
        assert shown == "".join(clean_text(text).split())


_WRITTEN = st.text(alphabet="0123456789$€%°.,:;-–/+×x½²kKmMBst'’\"()@#& abIVXU.S\n", max_size=40)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(max_size=60), _WRITTEN),
    st.sampled_from(["en", "de", "fr", "es", "it", "pt", "nl", "zh", "ja", "ar", "xx"]),
)
@example("1\u00a0200", "en")
@example("#1 &lt; ٣ Ⅷ ፲ ① 〇", "en")
@example("$1,2,3–4.5.6B", "en")
@example("A$0", "de")
def test_no_digit_is_left_and_the_words_agree(text: str, language: str) -> None:
    check(text, None, language)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=40), _WRITTEN), st.one_of(st.text(max_size=40), _WRITTEN))
def test_any_spoken_text_can_be_aligned(text: str, spoken: str) -> None:
    check(text, spoken, "en")


_SAID = {
    "−": "minus", "±": "plus or minus", "<": "less than", ">": "than", "≤": "at most", "≥": "at least", "≈": "about",
    "~": "about", "%": "percent", "‰": "per mille", "°": "degree", "°C": "Celsius", "²": "square", "³": "cubic",
    "µ": "micro", "Ω": "ohm", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₩": "won", "₽": "ruble",
    "₺": "lira", "¢": "cent", "§": "section", "№": "number", "½": "half", "=": "equals",
}  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(sentences())
def test_every_sign_of_a_number_is_said(told: Told) -> None:
    heard = say(told.text)
    for atom in told.atoms:
        for sign, word in _SAID.items():
            if sign in atom and "²" not in atom[:2]:
                assert word in heard, (told.text, heard)
        if re.match(r"[-–]\W?\d", atom):
            assert "minus" in heard, (told.text, heard)
        if "$" in atom:
            assert re.search(r"dollar|rea(?:l|is)", heard), (told.text, heard)
