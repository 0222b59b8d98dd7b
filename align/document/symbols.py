"""Symbols of United Nations documents: A/C.4/78/SR.12, S/RES/2538(2020), S/PV.9024."""

from __future__ import annotations

import re
from collections.abc import Iterable

SYMBOL = re.compile(
    # the body
    r"(?<![A-Za-z0-9/])(?:A|E|S|T|ST|CD|CEDAW|CERD|CCPR|CAT|CRC|CRPD|CMW|CED|DP|FCCC|HSP|IDB|JIU|LC|"
    r"NPT|BWC|APLC|CCM|CTOC|CAC|UNEP|UNCTAD|TD|TRADE|ECE|ESCAP|ECA|ICCD|CBD|UNW|SAICM|ICC|HRI|"
    r"OEWG|PBC|SPLOS|ISBA|WFP|AC|GC|UNODC)"
    # its parts: committee, session or year, series and number
    r"(?:/(?:Add|Rev|Corr|Amend|[A-Z]{1,8}\d{0,3}(?![a-z])|\d{1,4})(?:\.[A-Z]?\d{1,4})?){1,7}"
    r"(?:\s?\((?:\d{4}|Resumption\s?\d*|(?:Vol\.|Part)\s?[IVX\d]+)\))?"
    r"(?:/(?:Add|Rev|Corr|Amend)\.\d{1,3}){0,2}\*?"
)
# "A/B" is none: a number must follow a second part, or a full stop.
_NUMBERED = re.compile(r".*(?:/.*[/.]\d|\.\d)")
_HEAD = 30  # non-blank lines at the head of a document that may hold its own symbol


def find_symbols(text: str) -> list[tuple[int, int]]:
    """Spans of the symbols that `text` names.

    >>> find_symbols("the report (A/75/123) and/or others")
    [(12, 20)]
    """
    if "/" not in text:
        return []
    return [match.span() for match in SYMBOL.finditer(text) if _NUMBERED.match(match[0])]


def document_symbol(lines: Iterable[str]) -> str | None:
    """The document's own symbol: one that stands alone, or ends or begins a line, at its head.

    >>> document_symbol(["United Nations", "S/RES/2538 (2020)", "Security Council"])
    'S/RES/2538(2020)'
    """
    head = (line for line in lines if line)
    for _, line in zip(range(_HEAD), head, strict=False):
        for start, end in find_symbols(line[:300]):
            before, after = line[:start].strip(), line[end:].strip()
            short = len(before) + len(after) < 60 and line[-1] not in "，。,;."
            if short and not (before and after) and not before.endswith(("(", "（")):
                return re.sub(r"\s", "", line[start:end]).rstrip("*")
    return None
