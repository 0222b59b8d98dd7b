"""English words in the other forms that a text may have them in: children for child, start-ups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

_WORD = re.compile(r"[A-Za-z]+|[^A-Za-z]+")
_MOST = 64  # phrases with several words changed: a bound on time, for queries of many words
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{3})is(?=e|ed|es|ing|ation|ations$)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})iz(?=e|ed|es|ing|ation|ations$)"), "is"),
    (re.compile(r"our(?=$|s$|ed$|ing$|able$)"), "or"),
    (re.compile(r"(?<=[a-z]{2})or(?=$|s$|ed$|ing$|able$)"), "our"),
    (re.compile(r"ence(?=$|s$)"), "ense"),
    (re.compile(r"ense(?=$|s$)"), "ence"),
    (re.compile(r"tre(?=s?$)"), "ter"),
    (re.compile(r"ter(?=s?$)"), "tre"),
    (re.compile(r"amme(?=s?$)"), "am"),
    (re.compile(r"am(?=s?$)"), "amme"),
)


def other_word_forms(text: str) -> Iterator[str]:
    """`text` with its words inflected, derived or spelt otherwise, the nearest first.

    Of these a memory is asked one after another, when it does not have `text` itself. A form is
    tried if simplemma's dictionary leads it and the word to one lemma, or the stemmer to one stem.

    >>> next(form for form in other_word_forms("zero-dose child") if form.endswith("children"))
    'zero-dose children'
    >>> "withdraw the licence" in set(other_word_forms("withdraw the license"))
    True
    """
    parts = _WORD.findall(text)
    choices = [[part, *_forms(part.lower())] if part.isalpha() else [part] for part in parts]
    changed = [
        "".join((*parts[:at], form, *parts[at + 1 :]))
        for at in reversed(range(len(parts)))
        for form in choices[at][1:]
    ]
    if "-" in text.split()[-1]:
        changed.insert(0, f"{text}s")  # start-ups: of the last part alone up is no noun
    seen = {text, *changed}
    yield from changed
    if sum(len(some) > 1 for some in choices) < 2:
        return
    for count, several in enumerate(product(*choices)):
        if count >= _MOST:
            return
        phrase = "".join(several)
        if phrase not in seen:
            seen.add(phrase)
            yield phrase


@cache
def _forms(word: str) -> tuple[str, ...]:
    """The other forms of one word in small letters: its lemma, inflections and spellings."""
    from simplemma import lemmatize

    if len(word) < 4:
        return ()
    lemma = str(lemmatize(word, lang="en")).lower()
    stem = _stem(word)
    found: dict[str, None] = {}
    for base in dict.fromkeys((lemma, word, stem, stem + "e")):
        short = base.removesuffix("e")
        endings = ("", "s", "es", "ed", "ing", "d", "er", "ers")
        for form in (*(base + end for end in endings), short + "ing", short + "ed"):
            if _stem(form) == stem and _is_word(form):
                found.setdefault(form)
    for one, many in _plurals():
        if word in (one, many):
            found.setdefault(many if word == one else one)
    for form in (word, *list(found)):
        for pattern, other in _SPELLINGS:
            spelt = pattern.sub(other, form, count=1)
            if spelt != form and _is_word(spelt):
                found.setdefault(spelt)
    found.pop(word, None)
    return tuple(found)


def _plurals() -> tuple[tuple[str, str], ...]:
    return (
        ("child", "children"), ("woman", "women"), ("person", "people"), ("criterion", "criteria"),
        ("datum", "data"), ("crisis", "crises"), ("analysis", "analyses"),
    )  # fmt: skip


def _is_word(form: str) -> bool:
    from simplemma import is_known

    return bool(is_known(form, lang="en"))


def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
