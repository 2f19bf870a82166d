"""What is written short and said long in English: units, currencies, abbreviations, acronyms, symbols."""

from __future__ import annotations

# Written → (one, many).
UNITS: dict[str, tuple[str, str]] = {
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "µm": ("micrometer", "micrometers"), "μm": ("micrometer", "micrometers"),
    "nm": ("nanometer", "nanometers"), "mi": ("mile", "miles"), "ft": ("foot", "feet"), "yd": ("yard", "yards"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
    "µg": ("microgram", "micrograms"), "μg": ("microgram", "micrograms"), "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"), "t": ("ton", "tons"),
    "km²": ("square kilometer", "square kilometers"), "m²": ("square meter", "square meters"),
    "km2": ("square kilometer", "square kilometers"), "m2": ("square meter", "square meters"),
    "cm²": ("square centimeter", "square centimeters"), "m³": ("cubic meter", "cubic meters"),
    "cm³": ("cubic centimeter", "cubic centimeters"), "m3": ("cubic meter", "cubic meters"),
    "ha": ("hectare", "hectares"), "l": ("liter", "liters"), "L": ("liter", "liters"),
    "ml": ("milliliter", "milliliters"), "mL": ("milliliter", "milliliters"),
    "km/h": ("kilometer per hour", "kilometers per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "kmh": ("kilometer per hour", "kilometers per hour"), "mph": ("mile per hour", "miles per hour"),
    "m/s": ("meter per second", "meters per second"), "km/s": ("kilometer per second", "kilometers per second"),
    "m/s²": ("meter per second squared", "meters per second squared"),
    "°C": ("degree Celsius", "degrees Celsius"), "ºC": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "ºF": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"), "º": ("degree", "degrees"),
    "B": ("byte", "bytes"), "KB": ("kilobyte", "kilobytes"), "kB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    "PB": ("petabyte", "petabytes"), "KiB": ("kibibyte", "kibibytes"), "MiB": ("mebibyte", "mebibytes"),
    "GiB": ("gibibyte", "gibibytes"), "Kbps": ("kilobit per second", "kilobits per second"),
    "kbps": ("kilobit per second", "kilobits per second"), "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"), "Mbit/s": ("megabit per second", "megabits per second"),
    "Gbit/s": ("gigabit per second", "gigabits per second"), "Mb/s": ("megabit per second", "megabits per second"),
    "Gb/s": ("gigabit per second", "gigabits per second"), "MB/s": ("megabyte per second", "megabytes per second"),
    "GB/s": ("gigabyte per second", "gigabytes per second"), "fps": ("frame per second", "frames per second"),
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"), "GW": ("gigawatt", "gigawatts"), "TW": ("terawatt", "terawatts"),
    "Wh": ("watt-hour", "watt-hours"), "kWh": ("kilowatt-hour", "kilowatt-hours"),
    "MWh": ("megawatt-hour", "megawatt-hours"), "GWh": ("gigawatt-hour", "gigawatt-hours"),
    "TWh": ("terawatt-hour", "terawatt-hours"), "V": ("volt", "volts"), "kV": ("kilovolt", "kilovolts"),
    "mV": ("millivolt", "millivolts"), "mA": ("milliamp", "milliamps"), "mAh": ("milliamp-hour", "milliamp-hours"),
    "J": ("joule", "joules"), "kJ": ("kilojoule", "kilojoules"), "MJ": ("megajoule", "megajoules"),
    "cal": ("calorie", "calories"), "kcal": ("kilocalorie", "kilocalories"), "Pa": ("pascal", "pascals"),
    "kPa": ("kilopascal", "kilopascals"), "hPa": ("hectopascal", "hectopascals"), "bar": ("bar", "bars"),
    "psi": ("P-S-I", "P-S-I"), "dB": ("decibel", "decibels"), "N": ("newton", "newtons"), "px": ("pixel", "pixels"),
    "MP": ("megapixel", "megapixels"), "dpi": ("dot per inch", "dots per inch"),
    "ppm": ("part per million", "parts per million"), "ppb": ("part per billion", "parts per billion"),
    "ms": ("millisecond", "milliseconds"), "µs": ("microsecond", "microseconds"), "ns": ("nanosecond", "nanoseconds"),
    "s": ("second", "seconds"), "sec": ("second", "seconds"), "secs": ("second", "seconds"),
    "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "h": ("hour", "hours"), "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"), "yr": ("year", "years"), "yrs": ("year", "years"), "rpm": ("R-P-M", "R-P-M"),
    "bpm": ("beat per minute", "beats per minute"), "%": ("percent", "percent"), "‰": ("per mille", "per mille"),
    "″": ("inch", "inches"), "′": ("foot", "feet"), "x": ("times", "times"), "×": ("times", "times"),
    "pp": ("percentage point", "percentage points"), "K": ("K", "K"), "k": ("K", "K"), "p": ("P", "P"),
    "ly": ("light-year", "light-years"), "AU": ("astronomical unit", "astronomical units"),
    "W/m²": ("watt per square meter", "watts per square meter"), "g/km": ("gram per kilometer", "grams per kilometer"),
    "mg/L": ("milligram per liter", "milligrams per liter"), "Mt": ("megaton", "megatons"),
    "Gt": ("gigaton", "gigatons"), "Ω": ("ohm", "ohms"), "kΩ": ("kilohm", "kilohms"), "MΩ": ("megohm", "megohms"),
    "µF": ("microfarad", "microfarads"), "mSv": ("millisievert", "millisieverts"), "dm": ("decimeter", "decimeters"),
    "cl": ("centiliter", "centiliters"), "dl": ("deciliter", "deciliters"),
    "mm²": ("square millimeter", "square millimeters"),
    "dm³": ("cubic decimeter", "cubic decimeters"), "mm³": ("cubic millimeter", "cubic millimeters"),
    "km³": ("cubic kilometer", "cubic kilometers"), "cm3": ("cubic centimeter", "cubic centimeters"),
    "ft²": ("square foot", "square feet"), "℃": ("degree Celsius", "degrees Celsius"),
    "℉": ("degree Fahrenheit", "degrees Fahrenheit"),
}  # fmt: skip
# The micro sign and the Greek letter look alike, and both are written.
UNITS |= {unit.replace("µ", "μ"): names for unit, names in UNITS.items()}
# Units that stand apart from their number often enough to be something else: "5 s" is rare, "7 B" and "3 K" are names.
NOT_APART = frozenset({"B", "K", "k", "p", "x", "t", "N", "J", "W", "V", "MP", "″", "′", "pp", "bar", "AU"})

SCALES = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "mm": "million",
    "b": "billion", "B": "billion", "bn": "billion", "T": "trillion", "tn": "trillion", "trn": "trillion",
}  # fmt: skip
SCALE_WORDS = frozenset({"hundred", "thousand", "million", "billion", "trillion", "lakh", "lakhs", "crore", "crores"})

# Symbol → (one, many, hundredth, hundredths).
CURRENCIES: dict[str, tuple[str, str, str, str]] = {
    "$": ("dollar", "dollars", "cent", "cents"), "US$": ("U-S dollar", "U-S dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "CA$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AU$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "R$": ("real", "reais", "centavo", "centavos"), "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"), "₩": ("won", "won", "jeon", "jeon"),
    "₽": ("ruble", "rubles", "kopek", "kopeks"), "₺": ("lira", "lira", "kurush", "kurush"),
    "₿": ("bitcoin", "bitcoins", "cent", "cents"), "¢": ("cent", "cents", "", ""),
    "USD": ("U-S dollar", "U-S dollars", "cent", "cents"), "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("British pound", "British pounds", "penny", "pence"), "JPY": ("yen", "yen", "sen", "sen"),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"), "INR": ("rupee", "rupees", "paisa", "paise"),
    "Rs": ("rupee", "rupees", "paisa", "paise"),
    "₪": ("shekel", "shekels", "agora", "agorot"), "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₦": ("naira", "naira", "kobo", "kobo"), "₱": ("peso", "pesos", "centavo", "centavos"),
    "₫": ("dong", "dong", "", ""),
    "฿": ("baht", "baht", "satang", "satang"), "₡": ("colon", "colones", "", ""), "₲": ("guarani", "guaranis", "", ""),
    "₸": ("tenge", "tenge", "", ""), "₼": ("manat", "manats", "", ""), "₾": ("lari", "lari", "tetri", "tetri"),
    "₵": ("cedi", "cedis", "pesewa", "pesewas"), "zł": ("zloty", "zlotys", "grosz", "groszy"),
    "S$": ("Singapore dollar", "Singapore dollars", "cent", "cents"),
    "MX$": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"), "CNY": ("yuan", "yuan", "fen", "fen"),
    "BRL": ("real", "reais", "centavo", "centavos"), "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "KRW": ("won", "won", "", ""), "RUB": ("ruble", "rubles", "kopek", "kopeks"),
    "SEK": ("Swedish krona", "Swedish kronor", "öre", "öre"),
    "NOK": ("Norwegian krone", "Norwegian kroner", "øre", "øre"),
    "DKK": ("Danish krone", "Danish kroner", "øre", "øre"), "PLN": ("zloty", "zlotys", "grosz", "groszy"),
    "ZAR": ("rand", "rand", "cent", "cents"),
}  # fmt: skip

WEEKDAYS = {"mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday",
            "thur": "Thursday", "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}  # fmt: skip

# With their period; said whatever follows.
ABBREVIATIONS = {
    "mr": "Mister", "mrs": "Missus", "ms": "Miz", "prof": "Professor", "gen": "General", "gov": "Governor",
    "sen": "Senator", "rep": "Representative", "capt": "Captain", "lt": "Lieutenant", "col": "Colonel",
    "sgt": "Sergeant", "rev": "Reverend", "hon": "Honorable", "jr": "Junior", "sr": "Senior", "vs": "versus",
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
# Before a number.
BEFORE_NUMBER = {
    "no": "number", "nos": "numbers", "nr": "number", "fig": "figure", "figs": "figures", "vol": "volume",
    "ch": "chapter", "sec": "section", "eq": "equation", "p": "page", "pp": "pages", "ca": "circa", "c": "circa",
    "art": "article", "pt": "part", "ver": "version", "v": "version", "tab": "table",
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
        "mark", "scene", "vatican",
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
