"""Coordinated terms that share a part: "troop- and police-contributing countries", "mis- and
disinformation".

A hanging hyphen says that what follows the last conjunct's hyphen, or its prefix, belongs to the
first as well. A term whose rendering is one of the conjuncts is rendered by that reading of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HANGING = re.compile(
    r"(?P<first>\w[\w’']*)[-‐‑–]\s?(?P<more>(?:,\s?\w[\w’']*[-‐‑–]\s?)*),?\s*(?:and/or|and|or)\s+"
    r"(?P<last>\w[\w’']*)(?P<rest>[-‐‑–]\w.*|.*)",
    re.DOTALL,
)
# What may stand before a hyphen that another word leaves out: mis-, dis-, inter-, intra-.
_PREFIX = re.compile(
    r"(?:mis|dis|inter|intra|over|under|micro|macro|sub|supra|multi|bi|pre|post|pro|anti|counter|"
    r"up|down|on|off|in|out|short|long|medium|self|non|re|de|un|extra|infra|mono|poly|hyper|hypo)"
    r"(?=\w{4})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Coordination:
    """The readings of a coordinated run, in the order of its conjuncts."""

    readings: tuple[str, ...]


def coordination(text: str) -> Coordination | None:
    """The readings of a run whose conjuncts share a part, None where none hangs.

    >>> coordination("troop- and police-contributing countries").readings
    ('troop-contributing countries', 'police-contributing countries')
    >>> coordination("mis- and disinformation").readings
    ('misinformation', 'disinformation')
    >>> coordination("peace and security") is None
    True
    """
    match = _HANGING.fullmatch(text.strip())
    if match is None:
        return None
    firsts = [match["first"], *re.findall(r"\w[\w’']*", match["more"])]
    last, rest = match["last"], match["rest"]
    if rest[:1] in ("-", "‐", "‑", "–"):
        return Coordination(tuple(word + rest for word in (*firsts, last)))
    prefix = _PREFIX.match(last)
    if prefix is None:
        return None
    shared = last[prefix.end() :] + rest
    return Coordination((*(word + shared for word in firsts), last + rest))


_CHINESE_JOINT = re.compile(r"和|与|及|以及|或|、|暨")


def conjunct(source: str, span: tuple[int, int], readings: int) -> int | None:
    """Which of so many conjuncts a Chinese span is, by the conjunctions beside it; None: all.

    >>> conjunct("部队派遣国和警察派遣国", (0, 5), 2), conjunct("部队派遣国和警察派遣国", (6, 11), 2)
    (0, 1)
    >>> conjunct("部队和警察派遣国", (0, 8), 2) is None
    True
    """
    start, end = span
    if _CHINESE_JOINT.search(source, start + 1, end):
        return None
    if any(source.startswith(joint, end) for joint in ("和", "与", "及", "以及", "或", "、", "暨")):
        return 0
    before = source[max(0, start - 2) : start]
    if before and _CHINESE_JOINT.fullmatch(before[-1]):
        return readings - 1
    return None
