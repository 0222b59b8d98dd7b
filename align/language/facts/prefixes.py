"""With which two characters a match of a pattern may begin: most words begin no fact at all.

A language has some fifty forms of facts. Which of them can begin at a place is read from the parsed
patterns once; for a word such as "committee" two or three are left to be tried, for most none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

Masks = dict[int, int]  # bit of the first character → bits of the second


class Alphabet:
    """The characters that patterns tell apart, each a bit; the last bit stands for all others."""

    def __init__(self, patterns: Iterable[str]) -> None:
        known = {chr(code) for code in range(128)}
        known.update(char for pattern in patterns for char in pattern)
        self._chars = sorted(known)
        self._bits = {char: 1 << place for place, char in enumerate(self._chars)}
        self.other = 1 << len(self._chars)
        self.all = (self.other << 1) - 1

    def bit(self, char: str) -> int:
        """The bit of a character."""
        return self._bits.get(char, self.other)

    def one_of(self, bits: int) -> str:
        """A pattern of one character of these bits."""
        if bits & self.other:
            return r"[\s\S]"
        return f"[{re.escape(''.join(c for c in self._chars if self._bits[c] & bits))}]"

    def where(self, low: int, high: int) -> int:
        """The bits of the characters between two code points."""
        bits = sum(self._bits[char] for char in self._chars if low <= ord(char) <= high)
        return bits | self.other if high >= 128 else bits

    def category(self, test: re.Pattern[str]) -> int:
        """The bits of a class as \\w; others may be of it."""
        return sum(self._bits[char] for char in self._chars if test.match(char)) | self.other


class _Head(NamedTuple):
    """How a part of a pattern may begin: with two characters, with one that is all of it, not at all."""

    two: Masks
    one: int
    empty: bool


_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S", ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def heads(pattern: str, alphabet: Alphabet) -> Masks:
    """With which characters a match may begin, and with which it may go on after each.

    One that may end after its first character may be followed by anything.
    """
    found = _sequence(list(parser.parse(pattern)), 0, alphabet)
    masks = dict(found.two)
    for bit in _bits(found.one):
        masks[bit] = alphabet.all
    if found.empty:  # a form that may match nothing may begin anywhere
        return {1 << place: alphabet.all for place in range(alphabet.all.bit_length())}
    return masks


def _bits(mask: int) -> Iterable[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _joined(one: _Head, other: _Head) -> _Head:
    """The head of two parts that follow each other."""
    two = dict(one.two)
    second = other.one
    for bit in other.two:
        second |= bit
    if second:
        for bit in _bits(one.one):
            two[bit] = two.get(bit, 0) | second
    single = one.one if other.empty else 0
    if one.empty:
        for bit, mask in other.two.items():
            two[bit] = two.get(bit, 0) | mask
        single |= other.one
    return _Head(two, single, one.empty and other.empty)


def _either(some: Sequence[_Head]) -> _Head:
    two: Masks = {}
    one = 0
    for head in some:
        for bit, mask in head.two.items():
            two[bit] = two.get(bit, 0) | mask
        one |= head.one
    return _Head(two, one, any(head.empty for head in some))


_NOTHING = _Head({}, 0, True)


def _sequence(items: Sequence[Any], flags: int, alphabet: Alphabet) -> _Head:
    head = _NOTHING
    for item in items:
        if not head.empty and not head.one:
            break
        head = _joined(head, _item(item, flags, alphabet))
    return head


def _item(item: Any, flags: int, alphabet: Alphabet) -> _Head:
    op, value = item
    if op is ops.FAILURE or (op is ops.ASSERT_NOT and not list(value[1])):
        return _Head({}, 0, False)  # (?!) never matches
    if op in (ops.ASSERT, ops.ASSERT_NOT, ops.AT):
        return _NOTHING  # looks, and takes nothing
    if op is ops.BRANCH:
        return _either([_sequence(list(way), flags, alphabet) for way in value[1]])
    if op is ops.SUBPATTERN:
        _, add, remove, inner = value
        return _sequence(list(inner), (flags | add) & ~remove, alphabet)
    if op is ops.ATOMIC_GROUP:
        return _sequence(list(value), flags, alphabet)
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        least, most, inner = value
        once = _sequence(list(inner), flags, alphabet)
        head = once if most == 1 else _joined(once, once._replace(empty=True))
        return head._replace(empty=head.empty or least == 0) if least < 2 else _joined(once, once)
    return _Head({}, _characters(op, value, flags, alphabet), False)


def _characters(op: Any, value: Any, flags: int, alphabet: Alphabet) -> int:
    if op is ops.LITERAL:
        return _literal(value, flags, alphabet)
    if op is ops.NOT_LITERAL:
        return alphabet.all & ~(_literal(value, flags, alphabet) & ~alphabet.other)
    if op is ops.ANY:
        return alphabet.all
    if op is ops.CATEGORY:
        return alphabet.category(re.compile(_CATEGORIES[value]))
    if op is ops.RANGE:
        low, high = value
        bits = alphabet.where(low, high)
        if flags & re.IGNORECASE:
            for code in range(max(low, 65), min(high, 122) + 1):
                bits |= _literal(code, flags, alphabet)
        return bits
    if op is ops.IN:
        negated = value[0][0] is ops.NEGATE
        bits = 0
        for inner_op, inner in value[1:] if negated else value:
            bits |= _characters(inner_op, inner, flags, alphabet)
        return (alphabet.all & ~bits) | alphabet.other if negated else bits
    return alphabet.all  # a back reference: anything


def _literal(code: int, flags: int, alphabet: Alphabet) -> int:
    char = chr(code)
    if flags & re.IGNORECASE:
        return alphabet.bit(char.lower()) | alphabet.bit(char.upper())
    return alphabet.bit(char)
