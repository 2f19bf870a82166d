"""The signs of numbers in languages that have no table of their own, so that none is lost to the ear.

    pl  "−5 °C"   ──▶ "minus 5 stopni Celsjusza"        ja  "¥1,200です" ──▶ "1,200円です"
    tr  "%5"      ──▶ "yüzde 5"                         zh  "5%"         ──▶ "百分之5"

A number that is said without its minus or its unit is another number. What these languages write short beyond that is
passed on to the voice as it stands.
"""

from __future__ import annotations

import re

# minus, percent, degrees Celsius; then currencies. A percentage that is said before its number ends in a space or "之".
_SIGNS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "ja": ("マイナス", "パーセント", "度", {"¥": "円", "$": "ドル", "€": "ユーロ", "₩": "ウォン", "£": "ポンド"}),
    "zh": ("负", "百分之", "摄氏度", {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑"}),
    "ko": ("마이너스 ", "퍼센트", "도", {"₩": "원", "$": "달러", "€": "유로", "¥": "엔"}),
    "hi": ("माइनस ", "प्रतिशत", "डिग्री सेल्सियस", {"₹": "रुपये", "$": "डॉलर", "€": "यूरो"}),
    "pl": ("minus ", "procent", "stopni Celsjusza", {"$": "dolarów", "€": "euro", "zł": "złotych"}),
    "cs": ("minus ", "procent", "stupňů Celsia", {"$": "dolarů", "€": "eur", "Kč": "korun"}),
    "sk": ("mínus ", "percent", "stupňov Celzia", {"$": "dolárov", "€": "eur"}),
    "ru": ("минус ", "процентов", "градусов Цельсия", {"₽": "рублей", "$": "долларов", "€": "евро"}),
    "uk": ("мінус ", "відсотків", "градусів Цельсія", {"₴": "гривень", "$": "доларів", "€": "євро"}),
    "bg": ("минус ", "процента", "градуса по Целзий", {"$": "долара", "€": "евро"}),
    "sv": ("minus ", "procent", "grader Celsius", {"$": "dollar", "€": "euro"}),
    "da": ("minus ", "procent", "grader Celsius", {"$": "dollar", "€": "euro"}),
    "nb": ("minus ", "prosent", "grader Celsius", {"$": "dollar", "€": "euro"}),
    "no": ("minus ", "prosent", "grader Celsius", {"$": "dollar", "€": "euro"}),
    "fi": ("miinus ", "prosenttia", "celsiusastetta", {"$": "dollaria", "€": "euroa"}),
    "ro": ("minus ", "la sută", "grade Celsius", {"$": "dolari", "€": "euro"}),
    "hu": ("mínusz ", "százalék", "Celsius-fok", {"$": "dollár", "€": "euró", "Ft": "forint"}),
    "el": ("μείον ", "τοις εκατό", "βαθμούς Κελσίου", {"$": "δολάρια", "€": "ευρώ"}),
    "hr": ("minus ", "posto", "stupnjeva Celzija", {"$": "dolara", "€": "eura"}),
    "sl": ("minus ", "odstotkov", "stopinj Celzija", {"$": "dolarjev", "€": "evrov"}),
    "ca": ("menys ", "per cent", "graus Celsius", {"$": "dòlars", "€": "euros"}),
    "tr": ("eksi ", "yüzde ", "derece", {"₺": "lira", "$": "dolar", "€": "avro"}),
    "id": ("minus ", "persen", "derajat Celsius", {"$": "dolar", "€": "euro"}),
    "vi": ("âm ", "phần trăm", "độ C", {"₫": "đồng", "$": "đô la", "€": "ơ rô"}),
    "ar": ("سالب ", "بالمئة", "درجة مئوية", {"$": "دولار", "€": "يورو"}),
    "he": ("מינוס ", "אחוז", "מעלות צלזיוס", {"₪": "שקלים", "$": "דולר", "€": "אירו"}),
    "th": ("ลบ", "เปอร์เซ็นต์", "องศาเซลเซียส", {"฿": "บาท", "$": "ดอลลาร์", "€": "ยูโร"}),
}
_NUMBER = r"\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*"
_MINUS = re.compile(r"(?<![\dA-Za-z.,%°])[-−–](?=[$€£¥₩₹₽₺₴₪₫฿]?\d)")
_PERCENT = re.compile(rf"%({_NUMBER})|({_NUMBER})\s?%|%")
_DEGREES = re.compile(r"°\s?C|℃|°")
_SPACELESS = frozenset({"ja", "zh", "th"})


def say_signs(word: str, tag: str) -> str:
    """A display word with the signs of its numbers in words; as it is where the language is not known here."""
    if tag not in _SIGNS:
        return word
    minus, percent, degrees, money = _SIGNS[tag]
    gap = "" if tag in _SPACELESS else " "
    leads = percent.endswith((" ", "之"))

    def share(found: re.Match[str]) -> str:
        number = found[1] or found[2] or ""
        return f"{percent}{number} " if leads else f"{number}{gap}{percent}"

    said = _PERCENT.sub(share, _MINUS.sub(minus, word))
    said = _DEGREES.sub(f"{gap}{degrees}", said)
    for mark, name in money.items():
        said = re.sub(rf"{re.escape(mark)}({_NUMBER})", rf" \1{gap}{name}", said)
        said = said.replace(mark, f"{gap}{name}") if not mark.isalpha() or said == mark else said
    return said
