"""What capitals mean in a termbase: found from the whole file, never from one entry.

In most termbases a capital tells a name (Security Council) from a common noun (peace operations).
In a thesaurus in capitals, or with a capital at every head, it tells nothing, and whether an entry
is a name can only be read from running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from align.language.words import word_set

Convention = Literal["as written", "head", "every word", "capitals"]

_SMALL_WORDS = word_set(
    "a an and as at by for from in of on or over per the to under upon via with la de du des les"
)
_WORD = re.compile(r"[^\W\d_][^\s]*")
# Phrases without a single common noun among them say something: with one common noun in five, as
# below, fourteen in a row are names in one list of twenty only (0.8 ** 14).
_FEW = 14
_ALL_LOWER = 1 / 20  # of the phrases: fewer in lower case are slips. That a list which tells names
# by capitals has one common noun in five at least is assumed; it has not been measured.


def weighty(term: str) -> list[str]:
    """The words of an English term that carry its capitals: not of, and, the."""
    return [word for word in _WORD.findall(term) if word.lower() not in _SMALL_WORDS]


def is_name(term: str) -> bool:
    """Whether an English designation is a name or title: all its weighty words are capitalised.

    >>> [is_name(t) for t in ("Action for Peacekeeping", "A4P+", "peace operations")]
    [True, True, False]
    >>> is_name("The meeting rose"), is_name("Member States")
    (False, True)
    """
    words = weighty(term)
    return bool(words) and all(word[0].isupper() for word in words)


def convention_of(terms: Iterable[str]) -> Convention:
    """What the capitals of these English terms mean.

    Phrases decide, as a single word in capitals may be an acronym. A list tells names by capitals
    where some phrases have none; which of the other conventions a list has, most phrases say.

    >>> convention_of(["Security Council", "peace operations", "A4P"])
    'as written'
    >>> convention_of(["PEACE OPERATIONS", "SECURITY COUNCIL", "FLOODS"])
    'capitals'
    >>> convention_of(["Peace operations", "Water supply", "Member States"] * 5)
    'head'
    """
    phrases = [words for term in terms if len(words := weighty(term)) > 1]
    lower = sum(not words[0][0].isupper() for words in phrases)
    if not phrases or lower > _ALL_LOWER * len(phrases):
        return "as written"
    upper = sum(all(word.isupper() for word in words) for words in phrases)
    if 2 * upper > len(phrases):
        return "capitals"
    if len(phrases) < _FEW:
        return "as written"
    every = sum(all(word[0].isupper() for word in words) for words in phrases)
    return "every word" if 2 * every > len(phrases) else "head"


def uncased(term: str, convention: Convention) -> str:
    """`term` without the capitals of a file that has nothing else; acronyms keep theirs.

    >>> uncased("PEACE OPERATIONS", "capitals"), uncased("UNDP", "capitals")
    ('peace operations', 'UNDP')
    """
    if convention != "capitals":
        return term
    return re.sub(
        r"[^\s-]+",
        lambda found: found[0] if _holds_an_acronym(found[0]) else found[0].lower(),
        term,
    )


def _holds_an_acronym(word: str) -> bool:
    letters = "".join(char for char in word if char.isalpha())
    if not letters or any(char.isdigit() for char in word) or "+" in word:
        return True
    return not _is_word(letters.lower())


@cache
def _is_word(word: str) -> bool:
    """Whether simplemma's English dictionary has a word: AIDS is one, UNDP is none."""
    from simplemma import is_known

    return bool(is_known(word, lang="en"))
