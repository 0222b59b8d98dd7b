"""Footnotes at the foot of pages, which would cut the sentences that go on overleaf."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from align.document.furniture import SEPARATOR

_RULE = re.compile(r"[_—–-]{5,}")
_MARK = re.compile(r"(?:\d{1,3}|[*†‡]{1,3}|[¹²³⁴-⁹⁰]{1,3}|[a-z])[ \t\u3000]+\S|[¹²³⁴-⁹⁰*†‡]\S")
_LONGEST = 30  # lines of footnotes on one page


def find_footnotes(
    lines: Sequence[str], content: Sequence[int], removed: Mapping[int, str], pages: Collection[int]
) -> list[list[list[int]]]:
    """Blocks of footnotes; each is a list of footnotes, each a list of line indices.

    A block stands between a rule and the end of its page, which is known or told by what was
    removed there, and its first line begins with a mark. A text without pages has none.
    """
    blocks = []
    held = frozenset(content)
    starts = frozenset(pages)
    for rule, reason in removed.items():
        if reason == SEPARATOR and _RULE.fullmatch(lines[rule]):
            block = _block(rule, lines, held, removed, starts)
            if block:
                blocks.append(block)
    return blocks


def _block(
    rule: int,
    lines: Sequence[str],
    held: Collection[int],
    removed: Mapping[int, str],
    starts: Collection[int],
) -> list[list[int]]:
    """The footnotes below the rule at line `rule`, or none."""
    block: list[list[int]] = []
    for index in range(rule + 1, min(len(lines), rule + 2 * _LONGEST)):
        if index in removed or index in starts:
            return block
        if index not in held:
            continue
        if _MARK.match(lines[index]):
            block.append([index])
        elif block:
            block[-1].append(index)
        else:
            return []
    return []
