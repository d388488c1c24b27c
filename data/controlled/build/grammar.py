"""The grammar every sentence passes through: articles, verb forms, plurals, sentence shape.

Rules cover the regular cases and small tables the rest; a word that the lexicon needs and the
rules get wrong belongs into a table here, so that a repair reaches every row.
"""

from __future__ import annotations

import re

# base: (third person singular, past, past participle, gerund); empty: the rule is right.
_VERBS = {
    "be": ("is", "was", "been", "being"),
    "have": ("has", "had", "had", ""),
    "do": ("does", "did", "done", ""),
    "go": ("goes", "went", "gone", ""),
    "beat": ("", "beat", "beaten", ""),
    "become": ("", "became", "become", ""),
    "begin": ("", "began", "begun", "beginning"),
    "bend": ("", "bent", "bent", ""),
    "bind": ("", "bound", "bound", ""),
    "bite": ("", "bit", "bitten", ""),
    "blow": ("", "blew", "blown", ""),
    "break": ("", "broke", "broken", ""),
    "bring": ("", "brought", "brought", ""),
    "build": ("", "built", "built", ""),
    "buy": ("", "bought", "bought", ""),
    "broadcast": ("", "broadcast", "broadcast", ""),
    "cast": ("", "cast", "cast", ""),
    "catch": ("", "caught", "caught", ""),
    "choose": ("", "chose", "chosen", ""),
    "come": ("", "came", "come", ""),
    "cut": ("", "cut", "cut", "cutting"),
    "deal": ("", "dealt", "dealt", ""),
    "dig": ("", "dug", "dug", "digging"),
    "draw": ("", "drew", "drawn", ""),
    "drink": ("", "drank", "drunk", ""),
    "drive": ("", "drove", "driven", ""),
    "eat": ("", "ate", "eaten", ""),
    "fall": ("", "fell", "fallen", ""),
    "feed": ("", "fed", "fed", ""),
    "feel": ("", "felt", "felt", ""),
    "fight": ("", "fought", "fought", ""),
    "find": ("", "found", "found", ""),
    "fly": ("", "flew", "flown", ""),
    "forget": ("", "forgot", "forgotten", "forgetting"),
    "forgive": ("", "forgave", "forgiven", ""),
    "freeze": ("", "froze", "frozen", ""),
    "get": ("", "got", "got", "getting"),
    "give": ("", "gave", "given", ""),
    "grind": ("", "ground", "ground", ""),
    "grow": ("", "grew", "grown", ""),
    "hang": ("", "hung", "hung", ""),
    "hear": ("", "heard", "heard", ""),
    "hide": ("", "hid", "hidden", ""),
    "hit": ("", "hit", "hit", "hitting"),
    "hold": ("", "held", "held", ""),
    "hurt": ("", "hurt", "hurt", ""),
    "keep": ("", "kept", "kept", ""),
    "kneel": ("", "knelt", "knelt", ""),
    "know": ("", "knew", "known", ""),
    "lay": ("", "laid", "laid", ""),
    "lead": ("", "led", "led", ""),
    "learn": ("", "learned", "learned", ""),
    "leave": ("", "left", "left", ""),
    "lend": ("", "lent", "lent", ""),
    "let": ("", "let", "let", "letting"),
    "lie": ("", "lay", "lain", "lying"),
    "lose": ("", "lost", "lost", ""),
    "make": ("", "made", "made", ""),
    "mean": ("", "meant", "meant", ""),
    "meet": ("", "met", "met", ""),
    "mislead": ("", "misled", "misled", ""),
    "overcome": ("", "overcame", "overcome", ""),
    "overtake": ("", "overtook", "overtaken", ""),
    "pay": ("", "paid", "paid", ""),
    "proofread": ("", "proofread", "proofread", ""),
    "put": ("", "put", "put", "putting"),
    "quit": ("", "quit", "quit", "quitting"),
    "read": ("", "read", "read", ""),
    "rewrite": ("", "rewrote", "rewritten", ""),
    "rewind": ("", "rewound", "rewound", ""),
    "ride": ("", "rode", "ridden", ""),
    "ring": ("", "rang", "rung", ""),
    "rise": ("", "rose", "risen", ""),
    "run": ("", "ran", "run", "running"),
    "say": ("", "said", "said", ""),
    "see": ("", "saw", "seen", "seeing"),
    "sell": ("", "sold", "sold", ""),
    "send": ("", "sent", "sent", ""),
    "set": ("", "set", "set", "setting"),
    "sew": ("", "sewed", "sewn", ""),
    "shake": ("", "shook", "shaken", ""),
    "shoe": ("", "shod", "shod", ""),
    "shoot": ("", "shot", "shot", ""),
    "show": ("", "showed", "shown", ""),
    "shut": ("", "shut", "shut", "shutting"),
    "sing": ("", "sang", "sung", ""),
    "sink": ("", "sank", "sunk", ""),
    "sit": ("", "sat", "sat", "sitting"),
    "sleep": ("", "slept", "slept", ""),
    "slide": ("", "slid", "slid", ""),
    "speak": ("", "spoke", "spoken", ""),
    "spend": ("", "spent", "spent", ""),
    "split": ("", "split", "split", "splitting"),
    "spread": ("", "spread", "spread", ""),
    "stand": ("", "stood", "stood", ""),
    "steal": ("", "stole", "stolen", ""),
    "stick": ("", "stuck", "stuck", ""),
    "strike": ("", "struck", "struck", ""),
    "sweep": ("", "swept", "swept", ""),
    "swell": ("", "swelled", "swollen", ""),
    "swim": ("", "swam", "swum", "swimming"),
    "take": ("", "took", "taken", ""),
    "teach": ("", "taught", "taught", ""),
    "tear": ("", "tore", "torn", ""),
    "tell": ("", "told", "told", ""),
    "think": ("", "thought", "thought", ""),
    "throw": ("", "threw", "thrown", ""),
    "understand": ("", "understood", "understood", ""),
    "upset": ("", "upset", "upset", "upsetting"),
    "wake": ("", "woke", "woken", ""),
    "wear": ("", "wore", "worn", ""),
    "weave": ("", "wove", "woven", ""),
    "win": ("", "won", "won", "winning"),
    "withdraw": ("", "withdrew", "withdrawn", ""),
    "write": ("", "wrote", "written", ""),
}
# Regular verbs that double their last consonant.
_DOUBLING = {
    "admit",
    "ban",
    "cancel",
    "chat",
    "chop",
    "clap",
    "commit",
    "control",
    "drag",
    "drip",
    "drop",
    "dub",
    "equip",
    "expel",
    "fit",
    "grab",
    "hug",
    "hum",
    "jog",
    "knit",
    "kidnap",
    "label",
    "map",
    "mop",
    "nod",
    "outwit",
    "pat",
    "permit",
    "plan",
    "plug",
    "prefer",
    "program",
    "refer",
    "rob",
    "rub",
    "scan",
    "scrap",
    "scrub",
    "ship",
    "shop",
    "shred",
    "skip",
    "slam",
    "slip",
    "snap",
    "stir",
    "stop",
    "strip",
    "swap",
    "tag",
    "tap",
    "tip",
    "transfer",
    "trap",
    "travel",
    "trek",
    "trim",
    "tug",
    "unplug",
    "wrap",
    "zip",
}
_KEEP_E = {"dye", "singe"}


def _stem(word: str, suffix: str) -> str:
    """`word` with a vowel suffix: hope → hoping, stop → stopping, try → tried."""
    if word in _DOUBLING:
        return word + word[-1] + suffix
    if suffix == "ing":
        if word.endswith("ie"):
            return word[:-2] + "ying"
        if word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and word not in _KEEP_E:
            return word[:-1] + suffix
        return word + suffix
    if word.endswith("e"):
        return word + "d"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ied"
    return word + suffix


def _word_form(word: str, form: str) -> str:
    third, past, participle, ing = _VERBS.get(word, ("", "", "", ""))
    if form == "third":
        if third:
            return third
        if word.endswith(("s", "sh", "ch", "x", "z", "o")):
            return word + "es"
        if word.endswith("y") and word[-2] not in "aeiou":
            return word[:-1] + "ies"
        return word + "s"
    if form == "ing":
        return ing or _stem(word, "ing")
    if form == "past":
        return past or _stem(word, "ed")
    if form == "participle":
        return participle or _stem(word, "ed")
    if form == "base":
        return word
    raise ValueError(f"unknown verb form {form!r}")


def verb(phrase: str, form: str) -> str:
    """Inflect the first word of a verb phrase: base, third, past, participle or ing.

    `verb("cut up", "past")` is "cut up"; `verb("get too hot", "third")` is "gets too hot".
    Two verbs joined by " and " are both inflected when marked with a tilde: "wash and ~dry".
    """
    head, _, rest = phrase.partition(" ")
    rest = re.sub(r"~(\w+)", lambda found: _word_form(found.group(1), form), rest)
    return f"{_word_form(head, form)} {rest}".strip()


_PLURALS = {"company": "companies", "class": "classes", "bus": "buses", "knife": "knives"}


def plural(noun: str) -> str:
    """The plural of a noun phrase whose head is its last word: "noodle bar" → "noodle bars"."""
    noun, of, rest = noun.partition(" of ")
    head, last = noun.rpartition(" ")[::2]
    if last in _PLURALS:
        last = _PLURALS[last]
    elif last.endswith(("s", "sh", "ch", "x")):
        last += "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}{of}{rest}".strip()


_VOWEL_SOUND = re.compile(
    r"(?!(?:uni(?!n)|use|usu|util|euro|one\b|once|ufo))(?:[aeiou]|hour|honest|honou?r|heir|8|11\b|18\b)"
)
_ARTICLE = re.compile(r"\b([Aa])n? (?=(\w+))")


def articles(text: str) -> str:
    """Set every "a" and "an" by the sound of the word that follows."""

    def article(found: re.Match) -> str:
        return found.group(1) + ("n " if _VOWEL_SOUND.match(found.group(2).lower()) else " ")

    return _ARTICLE.sub(article, text)


def sentence(text: str, end: str = ".") -> str:
    """Finish a sentence: single spaces, articles, capitals after each stop, an end mark."""
    text = " ".join(text.split())
    text = re.sub(r" ([,.;:?!])", r"\1", text)
    text = articles(text)
    text = re.sub(r"(^|[.?!] )([a-z])", lambda found: found.group(0).upper(), text)
    return text if text[-1] in ".?!" else text + end
