"""Quantities of a text as values that are the same in both languages.

``300 万``, ``3 million`` and ``3,000,000`` are all ``3000000``; ``第七十八届`` and
``seventy-eighth`` are both the ordinal ``78``. What is written with digits, and every other form
that cannot be misread, is *firm*; single number words (``三个``, ``one``) are *soft*: they can
answer for a firm quantity on the other side, but a caller should not miss them.
"""

from __future__ import annotations

from align.language.numbers.chinese_numerals import han_value
from align.language.numbers.quantity import Quantity, QuantityKind, agree
from align.language.numbers.reading import quantities

__all__ = ["Quantity", "QuantityKind", "agree", "han_value", "quantities"]
