"""What capitals mean in a termbase: found from the whole file, never from one entry.

In most termbases a capital tells a name (Security Council) from a common noun (peace operations).
In a thesaurus in capitals, or with a capital at every head, it tells nothing, and whether an entry
is a name can only be read from running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from align.language.words import word_set

Convention = Literal["as written", "head", "every word", "capitals"]

_SMALL_WORDS = word_set(
    "a an and as at by for from in of on or over per the to under upon via with la de du des les"
)
_WORD = re.compile(r"[^\W\d_][^\s]*")
_ALL_LOWER = 1 / 20  # of the phrases: fewer in lower case are slips; of the lists at hand that
# tell names by capitals, the one with fewest common nouns has one in five


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
    >>> convention_of(["Peace operations", "Water supply", "Member States", "Floods"])
    'head'
    """
    phrases = [words for term in terms if len(words := weighty(term)) > 1]
    lower = sum(not words[0][0].isupper() for words in phrases)
    if not phrases or lower > _ALL_LOWER * len(phrases):
        return "as written"
    upper = sum(all(word.isupper() for word in words) for words in phrases)
    if 2 * upper > len(phrases):
        return "capitals"
    every = sum(all(word[0].isupper() for word in words) for words in phrases)
    return "every word" if every == len(phrases) or 10 * every > 9 * len(phrases) else "head"


def uncased(term: str, convention: Convention) -> str:
    """`term` without the capitals that its file's convention gives to every entry.

    Acronyms keep theirs.

    >>> uncased("PEACE OPERATIONS", "capitals"), uncased("UNDP", "capitals")
    ('peace operations', 'UNDP')
    >>> uncased("Peace operations", "head"), uncased("Role of UNDP", "head")
    ('peace operations', 'role of UNDP')
    """
    if convention == "as written":
        return term
    if convention == "head":
        first, space, rest = term.partition(" ")
        return term if _holds_an_acronym(first, convention) else first.lower() + space + rest
    return re.sub(
        r"[^\s-]+",
        lambda found: found[0] if _holds_an_acronym(found[0], convention) else found[0].lower(),
        term,
    )


def _holds_an_acronym(word: str, convention: Convention) -> bool:
    letters = "".join(char for char in word if char.isalpha())
    if not letters or any(char.isdigit() for char in word) or "+" in word:
        return True
    if convention != "capitals":
        return len(letters) > 1 and letters[1:].upper() == letters[1:] and letters[1:] != "s"
    return not _is_word(letters.lower())


@cache
def _is_word(word: str) -> bool:
    """Whether simplemma's English dictionary has a word: AIDS is one, UNDP is none."""
    from simplemma import is_known

    return bool(is_known(word, lang="en"))


def names_in(terms: Sequence[str], convention: Convention) -> list[bool]:
    """Whether each term is a name, where the convention tells."""
    if convention == "as written":
        return [is_name(term) for term in terms]
    if convention == "head":
        return [len(weighty(term)) > 1 and is_name(term) for term in terms]
    return [False] * len(terms)
