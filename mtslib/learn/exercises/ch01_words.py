"""Chapter 01, from text to word pieces: two exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch01_spec as spec

_SPACED = 'f" {c} " if is_punctuation(c) else c'

SPLIT = Exercise(
    id="01.1",
    title="words and punctuation",
    minutes=7,
    difficulty="warm-up",
    core=True,
    reference="mtslib.minbert.tokenizer:split_words",
    specification=spec.slow_split,
    observe=spec.observe_split,
    hints=(
        "Print what yours makes of 'tea, please'. Three words? And of 'wait...'? Four?",
        "str.split() without an argument cuts at any white space and leaves no empty words. So "
        "see to it that there is white space on both sides of every mark.",
        "for each character: if it is punctuation, write it with a space before and after it\n"
        "join all of them to one text again\n"
        "cut that at white space",
    ),
    mistakes=(
        Mistake(
            "punctuation-left-on-the-word",
            "the text was cut at white space only, so marks stick to their words.",
            "what happens to a punctuation mark: it becomes a word of its own.",
            ((_SPACED, "c"),),
        ),
        Mistake(
            "punctuation-dropped",
            "the marks are gone; BERT reads them as words.",
            "what you put in place of a mark: the mark itself, with spaces around it.",
            (('f" {c} "', '" "'),),
        ),
        Mistake(
            "mark-stuck-to-the-next-word",
            "a mark was cut from the word before it but not from the one after it.",
            "the spaces around a mark: one on each side.",
            (('f" {c} "', 'f" {c}"'),),
        ),
        Mistake(
            "mark-stuck-to-the-word-before",
            "a mark was cut from the word after it but not from the one before it.",
            "the spaces around a mark: one on each side.",
            (('f" {c} "', 'f"{c} "'),),
        ),
        Mistake(
            "cut-at-each-single-space",
            "the text was cut at each single space, which leaves empty words, tabs and line ends.",
            "the call of split: without an argument it cuts at any run of white space.",
            (("spaced.split()", 'spaced.split(" ")'),),
        ),
        Mistake(
            "marks-kept-together",
            "several marks in a row were taken for one word.",
            "a run such as '...': each mark is a word of its own.",
            source="""
            import re

            def split_words(text):
                return re.findall(r"[^\\W_]+|(?:[^\\w\\s]|_)+", text)
            """,
        ),
        Mistake(
            "underscore-taken-for-a-letter",
            "the underscore counted as a letter, as it does in regular expressions.",
            "the pattern: \\w includes _, and for BERT _ is punctuation.",
            source="""
            import re

            def split_words(text):
                return re.findall(r"\\w+|[^\\w\\s]", text)
            """,
        ),
        Mistake(
            "only-the-ends-of-words-cut",
            "marks were cut from the ends of words only, not from their middle.",
            "a word such as don't: it becomes three, don and ' and t.",
            source="""
            def split_words(text):
                words = []
                for token in text.split():
                    start, end = 0, len(token)
                    while start < end and is_punctuation(token[start]):
                        start += 1
                    while end > start and is_punctuation(token[end - 1]):
                        end -= 1
                    middle = [token[start:end]] if start < end else []
                    words += [*token[:start], *middle, *token[end:]]
                return words
            """,
        ),
    ),
    styles=(
        Style(
            "a regular expression",
            """
            import re

            def split_words(text):
                return re.findall(r"[^\\W_]+|[^\\w\\s]|_", text)
            """,
        ),
        Style(
            "groupby",
            """
            from itertools import groupby

            def split_words(text):
                words = []
                for token in text.split():
                    for mark, run in groupby(token, key=is_punctuation):
                        words += list(run) if mark else ["".join(run)]
                return words
            """,
        ),
        Style(
            "replacing every mark",
            """
            def split_words(text):
                for mark in set(text):
                    if is_punctuation(mark):
                        text = text.replace(mark, " " + mark + " ")
                return text.split()
            """,
        ),
    ),
)

_UNKNOWN = '        else:\n            return ["[UNK]"]'

PIECES = Exercise(
    id="01.2",
    title="longest match first",
    minutes=15,
    difficulty="steady",
    core=True,
    reference="mtslib.minbert.tokenizer:word_pieces",
    specification=spec.slow_pieces,
    observe=spec.observe_pieces,
    hints=(
        "Follow 'drinks' by hand with the pieces dr, drink and ##s. Which is the first piece you "
        "try, and which is the first that is found?",
        "Stand at a start. Try the longest end first and go down. What was found is put down, "
        "and its end is the next start. A piece that does not begin the word carries ##, both "
        "when you look it up and when you put it down.",
        "if the word is longer than LONGEST_WORD: return [UNK] alone\n"
        "start = 0\n"
        "while start is inside the word:\n"
        "    for end from the word's end down to start + 1:\n"
        "        if (## unless start is 0) + word[start:end] is in the vocabulary:\n"
        "            put it down, go on at end\n"
        "    if no end was found: return [UNK] alone",
    ),
    mistakes=(
        Mistake(
            "shortest-match-first",
            "the shortest piece that fits was taken, not the longest.",
            "the order in which you try the ends: from the word's end down.",
            (("range(len(word), start, -1)", "range(start + 1, len(word) + 1)"),),
        ),
        Mistake(
            "continuation-mark-forgotten",
            "no piece carries ##, so pieces from inside a word were looked up as whole words.",
            "what you look up when start is not 0.",
            (('"##" if start else ""', '""'),),
        ),
        Mistake(
            "continuation-mark-on-every-piece",
            "the first piece of the word was looked up with ## too.",
            "what you look up when start is 0: the bare letters.",
            (('"##" if start else ""', '"##"'),),
        ),
        Mistake(
            "continuation-mark-not-put-down",
            "## was used to look a piece up, but is missing from the piece that was put down.",
            "the line that appends: the token in the vocabulary includes ##.",
            (("pieces.append(prefix + word[start:end])", "pieces.append(word[start:end])"),),
        ),
        Mistake(
            "looked-up-without-the-mark",
            "## is put down with a piece, but the piece was looked up without it.",
            "what you look up when start is not 0: the token in the vocabulary includes ##.",
            (("if prefix + word[start:end] in", "if word[start:end] in"),),
        ),
        Mistake(
            "unknown-as-a-string",
            "a word that is given up came back as a string; asked was a list of one piece.",
            'what you return when the word is given up: ["[UNK]"], with its own brackets.',
            (
                (':\n        return ["[UNK]"]', ':\n        return "[UNK]"'),
                (_UNKNOWN, '        else:\n            return "[UNK]"'),
            ),
        ),
        Mistake(
            "pieces-before-the-unknown-kept",
            "the pieces found before the unknown part were kept; BERT gives the word up whole.",
            "the return when nothing fits: [UNK] alone.",
            ((_UNKNOWN, '        else:\n            return [*pieces, "[UNK]"]'),),
        ),
        Mistake(
            "unknown-letter-by-letter",
            "each letter that fits nowhere became an [UNK], and the rest of the word went on.",
            "the return when nothing fits: one [UNK] for the whole word, at once.",
            (
                (
                    _UNKNOWN,
                    '        else:\n            pieces.append("[UNK]")\n            start += 1',
                ),
            ),
        ),
        Mistake(
            "whole-word-never-tried",
            "the longest candidate was one letter too short.",
            "the first end that you try: len(word), since a slice stops before its end.",
            (("range(len(word), start, -1)", "range(len(word) - 1, start, -1)"),),
        ),
        Mistake(
            "long-words-not-given-up",
            "a word of more than LONGEST_WORD letters was cut up; BERT makes it [UNK].",
            "the beginning of the function.",
            (("len(word) > LONGEST_WORD", "False"),),
        ),
        Mistake(
            "limit-off-by-one",
            "a word of just LONGEST_WORD letters became [UNK]; only longer ones do.",
            "the comparison with LONGEST_WORD.",
            (("len(word) > LONGEST_WORD", "len(word) >= LONGEST_WORD"),),
        ),
    ),
    styles=(
        Style(
            "two while loops",
            """
            def word_pieces(word, vocabulary):
                if len(word) > 100:
                    return ["[UNK]"]
                out, start = [], 0
                while start < len(word):
                    end = len(word)
                    while end > start:
                        piece = word[start:end] if start == 0 else "##" + word[start:end]
                        if piece in vocabulary:
                            break
                        end -= 1
                    if end == start:
                        return ["[UNK]"]
                    out.append(piece)
                    start = end
                return out
            """,
        ),
        Style(
            "calls itself for the rest",
            """
            def word_pieces(word, vocabulary):
                def rest(letters, mark):
                    if not letters:
                        return []
                    for end in reversed(range(1, len(letters) + 1)):
                        if mark + letters[:end] in vocabulary:
                            after = rest(letters[end:], "##")
                            return None if after is None else [mark + letters[:end]] + after
                    return None

                found = rest(word, "") if len(word) <= LONGEST_WORD else None
                return ["[UNK]"] if found is None else found
            """,
        ),
        Style(
            "next with a generator",
            """
            def word_pieces(word, vocabulary):
                if len(word) > LONGEST_WORD:
                    return ["[UNK]"]
                pieces = []
                start = 0
                while start < len(word):
                    mark = "##" * bool(start)
                    ends = range(len(word), start, -1)
                    end = next((e for e in ends if mark + word[start:e] in vocabulary), None)
                    if end is None:
                        return ["[UNK]"]
                    pieces.append(f"{mark}{word[start:end]}")
                    start = end
                return pieces
            """,
        ),
    ),
)
