"""What is written short and said long in English: units, currencies, abbreviations, acronyms, symbols."""

from __future__ import annotations

from automagic.language.text.abbreviations import TITLES

WEEKDAYS = {"mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday",
            "thur": "Thursday", "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}  # fmt: skip

# With their period; said whatever follows.
ABBREVIATIONS = {
    **TITLES, "jr": "Junior", "sr": "Senior", "vs": "versus",
    "etc": "et cetera", "approx": "approximately", "inc": "Incorporated", "ltd": "Limited", "corp": "Corporation",
    "ave": "Avenue", "blvd": "Boulevard", "rd": "Road", "dept": "Department", "est": "established",
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "jun": "June", "jul": "July",
    "aug": "August", "sep": "September", "sept": "September", "oct": "October", "nov": "November", "dec": "December",
    "tel": "telephone", "max": "maximum", "min": "minimum", "avg": "average", "assn": "Association",
    "univ": "University", "viz": "namely", "cf": "compare", "al": "al", "bros": "Brothers",
}  # fmt: skip
# With inner periods.
DOTTED = {
    "e.g": "for example", "i.e": "that is", "a.m": "A-M", "p.m": "P-M", "ph.d": "P-H-D", "m.d": "M-D", "b.a": "B-A",
    "b.sc": "B-S-C", "m.sc": "M-S-C", "a.k.a": "A-K-A", "d.c": "D-C", "n.b": "N-B", "p.s": "P-S",
}  # fmt: skip
WITHOUT_PERIOD = {"vs": "versus", "w/": "with", "w/o": "without", "b/c": "because", "approx": "approximately",
                  "dr": "Doctor", "mr": "Mister", "mrs": "Missus", "ok": "okay", "ms": "Miz"}  # fmt: skip

# Capitals that are said as a word.
SAID_AS_WORDS = frozenset(
    [
        "NASA", "NATO", "UNESCO", "UNICEF", "OPEC", "FIFA", "UEFA", "ASAP", "NAFTA", "PIN", "RAM", "ROM",
        "SIM", "GIF", "JPEG", "CAPTCHA", "SCUBA", "RADAR", "SONAR", "SWAT", "YOLO", "FOMO", "IKEA", "LEGO",
        "NASDAQ", "SARS", "MERS", "HIPAA", "LIDAR", "CERN", "OSHA", "FEMA", "DARPA", "NOAA", "GAAP", "BRICS",
        "ASEAN", "AIDS", "COVID", "POTUS", "SCOTUS", "LASER", "MIDI", "MOMA", "UNIX", "JSON", "YAML", "BASIC",
        "CRISPR", "IMAX", "NIMBY", "GUI", "SQUID", "ELISA", "MENSA", "INTERPOL", "EUROPOL", "ZIP", "WIMP",
        "VOIP", "TED", "LEED", "SAAS", "PAAS", "IAAS", "SPAM", "TASER", "ICE", "DOS", "LAN", "WAN", "MAC",
        "BIOS", "ASCII", "PETA", "NICU", "TOEFL", "ACT", "COBOL", "FORTRAN", "LISP", "DREAM", "GRACE", "SETI",
        "JAXA", "ISRO", "ETA", "NARA", "COP",
    ]
)  # fmt: skip
# Ordinary words that people put in capitals to stress them.
STRESSED = frozenset(
    [
        "THE", "AND", "FOR", "NOT", "YOU", "ARE", "BUT", "ALL", "ANY", "CAN", "HAD", "HER", "HIS", "HAS",
        "HIM", "HOW", "NEW", "NOW", "OLD", "SEE", "WAY", "MAY", "SAY", "SHE", "TWO", "ONE", "OUT", "DAY",
        "GET", "OWN", "TOO", "ITS", "LET", "PUT", "END", "WHY", "TRY", "ASK", "MEN", "RUN", "BIG", "BAD",
        "OFF", "FEW", "GOT", "YES", "THIS", "THAT", "WITH", "HAVE", "FROM", "THEY", "WILL", "WHAT", "WHEN",
        "YOUR", "SAID", "THERE", "EACH", "WHICH", "THEIR", "MORE", "VERY", "LIKE", "JUST", "OVER", "ALSO",
        "BACK", "ONLY", "COME", "WORK", "LIFE", "EVEN", "WANT", "GIVE", "MOST", "NEED", "MUST", "NEVER",
        "ALWAYS", "STOP", "HERE", "BEST", "FREE", "LOVE", "GOOD", "MAKE", "TAKE", "KNOW", "TIME", "HIGH",
        "LOW", "LONG", "SAME", "ZERO", "REAL", "HUGE", "WAIT", "EVER", "MANY", "MUCH", "NONE", "DONE", "DOES",
        "DID", "WAS", "WERE", "BEEN", "LESS", "LAST", "NEXT", "FIRST", "EVERY", "ABOUT", "AFTER", "AGAIN",
        "BEFORE", "COULD", "DON'T", "CAN'T", "WON'T", "NO", "SO", "IF", "AS", "AT", "BE", "BY", "DO", "GO",
        "HE", "IN", "IS", "IT'S", "ME", "MY", "OF", "ON", "OR", "TO", "UP", "WE", "AN", "AM", "OH", "SOME",
        "THAN", "THEM", "THEN", "ONTO", "SALE", "READ", "NOTE", "HOT", "TOP", "KEY", "FUN", "BUY", "PAY",
        "SET", "USE", "WON", "LOST", "STAY", "SAFE", "HOME", "HELP", "LOOK", "OPEN", "SHUT", "WARNING", "LIVE",
        "BREAKING",
    ]
)  # fmt: skip

SYMBOLS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "§": "section", "×": "times", "÷": "divided by",
    "≈": "about", "≥": "at least", "≤": "at most", "<": "less than", ">": "greater than", "→": "to",
    "±": "plus or minus",
    "°": "degrees", "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees", "¢": "cents", "≠": "is not",
    "∞": "infinity", "π": "pi", "√": "root", "µ": "micro", "#": "number", "⇒": "means", "‰": "per mille", "↔": "and",
    "−": "minus", "₿": "bitcoin", "₩": "won", "₽": "rubles", "~": "about", "↑": "up", "↓": "down",
    "∓": "minus or plus",
    "+/-": "plus or minus", "+/−": "plus or minus", "№": "number", "§§": "sections", "^": "to the power of",
    "₺": "lira",
    "<=": "at most", ">=": "at least", "->": "to", "!=": "is not", "==": "equals", "Ω": "ohms",
}  # fmt: skip

ROMAN_AFTER = frozenset(
    [
        "war", "chapter", "part", "act", "volume", "book", "article", "phase", "type", "class", "bowl",
        "fantasy", "apollo", "title", "section", "level", "stage", "schedule", "appendix", "episode", "season",
        "mark", "scene", "vatican", "tier", "annex", "table", "figure", "exhibit", "division", "group", "grade", "zone",
        "category", "round", "unit", "module", "lesson", "canto", "movement", "pentium", "saturn", "attachment",
    ]
)  # fmt: skip
REGAL = frozenset(
    [
        "louis", "henry", "charles", "elizabeth", "george", "edward", "richard", "james", "paul", "benedict",
        "pius", "william", "philip", "napoleon", "catherine", "frederick", "ramesses", "alexander", "nicholas",
        "leo", "francis", "gregory", "innocent", "urban", "clement", "john", "peter", "ivan", "mary",
        "margaret", "robert", "haakon", "olav", "christian", "carl", "gustav", "alfonso", "ferdinand", "juan",
        "otto", "leopold", "franz", "wilhelm", "ptolemy", "rama",
    ]
)  # fmt: skip
REGAL_TITLES = frozenset(
    ["king", "queen", "pope", "tsar", "czar", "emperor", "empress", "prince", "pharaoh", "kaiser", "saint", "sultan"]
)

TOP_LEVEL_DOMAINS = frozenset(
    [
        "com", "org", "net", "edu", "gov", "mil", "int", "info", "io", "ai", "dev", "app", "co", "uk", "de",
        "fr", "es", "it", "nl", "pt", "eu", "us", "ca", "au", "jp", "cn", "in", "br", "ch", "at", "be", "se",
        "no", "dk", "fi", "pl", "cz", "ru", "tv", "me", "gg", "xyz", "tech", "online", "site", "store", "blog",
        "shop", "news",
    ]
)  # fmt: skip
