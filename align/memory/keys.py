"""Hashes of texts and of units, by which equal ones are found."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

from align.language.folding import fold

_WRAP = 1 << 64


def normal(text: str) -> str:
    """The comparison form of a text: folded, with single spaces."""
    return " ".join(fold(text).split())


def key(text: str) -> int:
    """A signed 64-bit hash of the comparison form: equal texts have equal keys."""
    return of_folded(fold(text))


def of_folded(folded: str) -> int:
    """The key of a text that is folded already."""
    single = " ".join(folded.split())
    digest = blake2b(single.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def mixed(source_key: int, target_key: int) -> int:
    """What one unit contributes to the content hash, whatever the order of the units."""
    return (source_key * 0x9E3779B97F4A7C15 ^ target_key) % _WRAP


def signed(content: int) -> int:
    """A sum of `mixed` modulo 2**64 as SQLite holds it."""
    content %= _WRAP
    return content - _WRAP if content >= _WRAP // 2 else content


@cache
def form() -> str:
    """What tells one way of folding from another: a hash of the folded basic plane.

    The tables that fold traditional characters come from a library and grow with its versions; the
    keys that a memory keeps are good only while it folds as they were made.
    """
    plane = fold("".join(map(chr, range(0x80, 0xD800))))
    return blake2b(plane.encode(), digest_size=8).hexdigest()
