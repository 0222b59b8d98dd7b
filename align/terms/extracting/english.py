"""English phrases that may be terms: names whole, and words that stand together between small ones.

What answers to them in Chinese is proposed beside the phrases of the Chinese side: word segmentation
cuts names that it does not know (发达国家集团 out of 最不发达国家集团), and what is a verb in Chinese is
often a noun in English (使用多种语文, multilingualism).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import numpy as np

from align.language.words import word_set
from align.terms.extracting.word_classes import uses
from align.terms.following import pieces as bits
from align.terms.following.batch import Text
from align.terms.following.pieces import SMALL_ENGLISH

Span = tuple[int, int]

# What answers across a clause's border, or is a possessive's tail, is no phrase.
BROKEN = re.compile(r"[，。；！？…\n]|^[的了]|[的了]$|[（(][^）)]*$|^[^（(]*[）)]")
# What stands between a subject and its predicate. The last word may be a noun (political will), and
# one with a capital a name's (May).
_PREDICATES = word_set(
    "is are was were be been being am has have had does did shall should must can could will would"
    " may might cannot"
)
# Where a noun phrase has one within, a small word or a mark stands before it (heads of the missions).
_ARTICLES = word_set("the a an it its them their")
_LONGEST = 5  # words of a phrase that is no name: longer ones are seldom headwords in dictionaries
_MARKS = bits.COMMA | bits.STOP | bits.OPENS | bits.CLOSES


def no_term(phrase: str) -> bool:
    """Whether a phrase is a clause, figures or an address, or cut out of a sentence at its first word.

    >>> no_term("this permit"), no_term("closely"), no_term("Our Common Agenda")
    (True, True, False)
    """
    words = phrase.split()
    begun = len(words) > 1 and words[0] in _NEVER_FIRST
    cut = phrase.count("(") != phrase.count(")")
    adverb = len(words) == 1 and _is_manner(words[0])
    return begun or cut or adverb or is_clause(phrase) or is_quantity(phrase) or is_address(phrase)


# In small letters no part of a name: pointers, prepositions, conjunctions. But: the most vulnerable
# countries, in situ conservation; and articles, which a headword goes without.
_NEVER_FIRST = (SMALL_ENGLISH | word_set("no whose following")) - word_set("a an the most in")


def is_clause(phrase: str) -> bool:
    """Whether a phrase has a predicate, or a verb before an article, as no term has.

    A verb with a capital inside a name is a part of it.

    >>> [is_clause(one) for one in ("peat shall be kept", "political will", "process exists")]
    [True, False, True]
    >>> [is_clause(one) for one in ("owner require", "require staff", "watched closely", "audit")]
    [True, True, True, False]
    >>> is_clause("Plan to Restore the Wetlands")
    False
    """
    words = phrase.split()
    if any(_is_finite(word) for at, word in enumerate(words) if not at or word[0].islower()):
        return True
    if len(words) > 1 and (_is_verb(words[0]) or _is_verb(words[-1]) or _is_modifier(words[-1])):
        return True
    return not _PREDICATES.isdisjoint(words[:-1]) or any(
        word in _ARTICLES
        and before[-1].isalpha()
        and before.lower() not in SMALL_ENGLISH
        and not (at and before[0].isupper())
        for at, (before, word) in enumerate(itertools.pairwise(words))
    )


# Shares from which a word is surely no noun. Of 2,800 entries of eight lists of terms (names of
# countries and bodies, diseases, the goals of the United Nations, terms of institutions) seven have such
# a word there, all of them phrases that are no terms (flatten the infection curve).
_SURELY, _ALWAYS = 0.85, 0.95


def _is_finite(word: str) -> bool:
    """Whether a word is a verb that has a subject: exists, Urges."""
    return word.endswith("s") and uses(word).verb > _SURELY


def _is_verb(word: str) -> bool:
    """Whether a word in small letters is never a noun: waive, assign."""
    return word[0].islower() and uses(word).verb > _ALWAYS


def _is_modifier(word: str) -> bool:
    """Whether a word in small letters says how, and ends no name: closely, aware."""
    shares = uses(word)
    return word[0].islower() and shares.adjective + shares.adverb > _SURELY


def _is_manner(word: str) -> bool:
    """Whether a word in small letters says how, and is never a noun: closely, for close cooperation.

    Of 5,070 words that are entries of ten lists of terms four are such (contagious, foggy, long, where).
    """
    shares = uses(word)
    others = shares.noun + shares.verb + shares.participle
    return word[0].islower() and shares.noun == 0 and shares.adjective + shares.adverb > others


def is_quantity(phrase: str) -> bool:
    """Whether a phrase is figures, a number of things, or one thing by its number, and no name.

    >>> [is_quantity(one) for one in ("90 days", "two fens", "paragraph 1", "Part III", "2021–2030")]
    [True, True, True, True, True]
    >>> [is_quantity(one) for one in ("2030 Agenda for Peat", "two-stage audit", "Group of 77")]
    [False, False, False]
    """
    words = phrase.split()
    if not any(map(str.isalpha, phrase)):
        return True
    counted = words[0].isdigit() or words[0].lower() in _CARDINALS
    named = all(word[0].isupper() for word in words[1:] if word not in SMALL_ENGLISH)
    return len(words) > 1 and (
        (counted and not named) or (len(words) == 2 and bool(_LABEL.fullmatch(words[1])))
    )


_CARDINALS = word_set(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty"
    " seventy eighty ninety hundred thousand million"
)
_LABEL = re.compile(r"#?\d+(?:\.\d+)*|[IVX]+|\(?[a-z]\)")


def is_address(phrase: str) -> bool:
    """Whether a phrase is a file, a place on the web or a name in a program, which nobody translates.

    >>> [is_address(one) for one in ("www.un.org", "un.org/en", "index.jsp", "get_user")]
    [True, True, True, True]
    >>> [is_address(one) for one in ("U.S. dollar", "St.Kitts", "OpenChain", "and/or", "iPhone")]
    [False, False, False, False, False]
    """
    return bool(_ADDRESS.fullmatch(phrase))


_ADDRESS = re.compile(r"(?:\w+://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?|\w*_\w+")


def phrases(text: Text) -> list[Span]:
    """The spans of `text`, in characters, that may be terms."""
    spans = text.pieces.spans
    found = {*_names(text), *_chunks(text)}
    return sorted((int(spans[a, 0]), int(spans[b - 1, 1])) for a, b in found)


def _names(text: Text) -> Iterator[Span]:
    """Capitalised names and acronyms, and up to three that "and" or a comma parts.

    The Department of Management Strategy, Policy and Compliance is one name, the General Assembly and
    the Security Council are two: what the Chinese side has decides.
    """
    parts: list[Span] = []  # of which each stands beside the one before
    for start, end, beside in _name_parts(text):
        parts = [*parts[-2:], (start, end)] if beside else [(start, end)]
        for first, _ in parts:
            yield first, end


def _name_parts(text: Text) -> Iterator[tuple[int, int, bool]]:
    """Names without "and" in them, and whether one follows the one before directly."""
    kinds, gaps = text.pieces.kinds, text.pieces.gaps
    n, at, last = len(kinds), 0, -2
    while at < n:
        if not kinds[at] & (bits.CAPITAL | bits.ACRONYM) or kinds[at] & bits.FUNCTION:
            at += 1
            continue
        end = at + 1
        while end < n and gaps[end] & bits.NAME and not kinds[end] & bits.AND:
            end += 1
        while end > at + 1 and kinds[end - 1] & bits.FUNCTION:
            end -= 1
        joined = bool(last > 0 and _joint(text, last, at))
        if end > at + 1 or kinds[at] & bits.ACRONYM or joined:
            yield at, end, joined
        at = last = end


def _joint(text: Text, start: int, end: int) -> bool:
    """Whether no more than a comma, or an "and", stands between two names."""
    kinds, gaps = text.pieces.kinds[start:end], text.pieces.gaps[start : end + 1]
    if np.any(gaps & (_MARKS ^ bits.COMMA)):
        return False
    return bool(len(kinds) <= 2 and (kinds & (bits.AND | bits.FUNCTION)).all())


def _chunks(text: Text) -> Iterator[Span]:
    """Runs of words without small ones between them, two that "of" joins, and what ends each."""
    kinds, gaps, words = text.pieces.kinds, text.pieces.gaps, text.pieces.words
    runs = []
    at, n = 0, len(kinds)
    while at < n:
        if kinds[at] & bits.FUNCTION:
            at += 1
            continue
        end = at + 1
        while end < n and not (kinds[end] & bits.FUNCTION or gaps[end] & _MARKS):
            end += 1
        runs.append((at, end))
        at = end
    for place, (start, end) in enumerate(runs):
        for first in range(max(start, end - _LONGEST), end):
            yield first, end
        if place and start - runs[place - 1][1] in (1, 2):
            between = words[runs[place - 1][1] : start]
            marked = np.any(gaps[runs[place - 1][1] : start + 1] & _MARKS)
            if between[0] == "of" and between[1:] in ((), ("the",)) and not marked:
                yield runs[place - 1][1] - 1, end
