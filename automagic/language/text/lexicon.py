"""The small closed classes of English words that phrases, points and scripts are judged by."""

from __future__ import annotations

ARTICLES = frozenset({"a", "an", "the"})
POSSESSIVES = frozenset({"my", "your", "his", "her", "its", "our", "their", "whose"})
DETERMINERS = frozenset({"this", "that", "these", "those", "every", "each", "some", "any", "no", "another", "such"})
PREPOSITIONS = frozenset(
    [
        "aboard", "about", "above", "across", "after", "against", "along", "amid", "among", "around", "as",
        "at", "before", "behind", "below", "beneath", "beside", "besides", "between", "beyond", "by",
        "despite", "down", "during", "except", "for", "from", "in", "inside", "into", "like", "near", "of",
        "off", "on", "onto", "out", "outside", "over", "past", "per", "since", "through", "throughout", "to",
        "toward", "towards", "under", "underneath", "until", "up", "upon", "versus", "via", "vs", "with",
        "within", "without", "than",
    ]
)  # fmt: skip
COORDINATORS = frozenset({"and", "or", "but", "nor", "yet", "so"})
SUBORDINATORS = frozenset(
    [
        "because", "although", "though", "while", "whereas", "if", "unless", "until", "when", "whenever",
        "where", "wherever", "since", "that", "which", "who", "whom", "whether", "as", "than", "once", "whose",
        "why", "how", "what",
    ]
)  # fmt: skip
AUXILIARIES = frozenset(
    [
        "am", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did",
        "will", "would", "shall", "should", "can", "could", "may", "might", "must", "isn't", "aren't",
        "wasn't", "weren't", "hasn't", "haven't", "hadn't", "don't", "doesn't", "didn't", "won't", "wouldn't",
        "shouldn't", "can't", "cannot", "couldn't", "mustn't",
    ]
)  # fmt: skip
PRONOUNS = frozenset(
    [
        "i", "you", "he", "she", "it", "we", "they", "me", "him", "us", "them", "myself", "yourself",
        "himself", "herself", "itself", "ourselves", "themselves", "one", "someone", "anyone", "everyone",
        "nobody", "something", "anything", "everything", "nothing", "who",
    ]
)  # fmt: skip
DEGREE = frozenset({"very", "more", "most", "less", "least", "too", "so", "quite", "almost", "nearly", "only", "about"})
NEGATIONS = frozenset(
    {"not", "never", "no", "none", "nothing", "nobody", "neither", "nor", "hardly", "without", "cannot"}
)
STOPWORDS = (
    ARTICLES | POSSESSIVES | DETERMINERS | PREPOSITIONS | COORDINATORS | SUBORDINATORS | AUXILIARIES | PRONOUNS | DEGREE
) | frozenset(
    [
        "also", "just", "then", "there", "here", "now", "not", "many", "much", "few", "little", "other",
        "others", "own", "same", "all", "both", "either", "several", "even", "ever", "still", "already",
        "again", "always", "often", "sometimes", "usually", "however", "therefore", "thus", "hence", "instead",
        "rather", "really", "well", "yes", "let", "get", "gets", "got", "make", "makes", "made", "go", "goes",
        "going", "went", "say", "says", "said", "see", "seen", "take", "takes", "taken", "use", "used",
        "using", "new", "thing", "things", "way", "ways", "lot", "lots", "today", "it's", "that's", "don't",
        "i'm", "you're", "we're", "they're", "there's", "let's", "never",
    ]
)  # fmt: skip
NUMBER_WORDS = frozenset(
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
        "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million",
        "billion", "trillion", "half", "quarter", "third", "dozen",
    ]
)  # fmt: skip
"""English; what each is worth, `language.numbers.values` knows."""
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def bare(word: str) -> str:
    """`word` in lower case without the punctuation around it: "“Energy,”" → "energy"."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not (word[end - 1].isalnum() or word[end - 1] == "%"):
        end -= 1
    return word[start:end].lower().replace("’", "'")


def counts(word: str) -> bool:
    """Whether a display word has a digit, or is an English number word."""
    return any(character.isdigit() for character in word) or bare(word) in NUMBER_WORDS
