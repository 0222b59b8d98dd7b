"""A set of words written as running text, as lists of words are easiest to read and to edit."""

from __future__ import annotations


def wordset(text: str) -> frozenset[str]:
    """The words of `text`.

    >>> sorted(wordset("mr mrs dr"))
    ['dr', 'mr', 'mrs']
    """
    return frozenset(text.split())
