"""The quantities of a text, read as its language writes them."""

from __future__ import annotations

import re

from align.language.folding import simplify
from align.language.languages import Language, language_of
from align.language.numbers import chinese, english
from align.language.numbers.quantity import Quantity

# Full-width digits, letters and the few signs that occur inside quantities; one to one. The comma
# is left alone: ， separates clauses in Chinese, not thousands.
_PLAIN = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_PLAIN.update(dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f", " "))
_PLAIN.update(dict.fromkeys("‐‑‒–—―−～", "-"))
_PLAIN.update(dict.fromkeys("‘’", "'"))
# Faster than translating: few characters of a text are of these.
_OTHER = re.compile("[" + "".join(map(re.escape, _PLAIN)) + "]")
_GRAMMARS = {"zh": chinese.CHINESE, "en": english.ENGLISH}


def quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    """The quantities of `text` in order, none overlapping; `lang` is read by its primary subtag.

    >>> [(q.kind, q.value) for q in quantities("2023年12月有 300 万人", "zh")]
    [('date', '2023-12'), ('number', '3000000')]
    >>> [(q.kind, q.value) for q in quantities("two thirds of 5 000", "en")]
    [('fraction', '2/3'), ('number', '5000')]
    """
    language = language_of(lang)
    grammar = _GRAMMARS[language.rules]
    return tuple(
        Quantity(kind, value, start, end, text[start:end], firm, unit)
        for kind, value, start, end, firm, unit in grammar.read(_plain(text, language))
    )


def _plain(text: str, language: Language) -> str:
    """`text` in half-width and simplified characters, one for one, so that offsets stay."""
    if text.isascii():
        return text
    plain = _OTHER.sub(lambda match: _PLAIN[match.group()], text)
    return simplify(plain) if language.is_chinese else plain
