"""Bead files: a line a bead, ``[0,1]:[2]``, 0-based, an empty list for no counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from align.errors import FormatError
from align.outside import whole_number

BeadIndices = tuple[tuple[int, ...], tuple[int, ...]]

_LINE = re.compile(r"\[([\d\s,]*)\]\s*:\s*\[([\d\s,]*)\](?:\s*:\s*[-+.\deE]+)?", re.ASCII)


def parse_bead(line: str) -> BeadIndices:
    """Indices of one line; a cost or score after a second colon (vecalign) is passed over.

    >>> parse_bead("[0, 1]:[2]:0.3104")
    ((0, 1), (2,))
    """
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise FormatError(f"not a bead: {line.strip()[:60]!r}; a line reads [0,1]:[2]")
    source, target = (_numbers(part, line) for part in match.groups())
    return source, target


def _numbers(part: str, line: str) -> tuple[int, ...]:
    """The sentence numbers of one side of a line; raises FormatError for what is none."""
    found = [whole_number(digits) for digits in part.replace(",", " ").split()]
    numbers = tuple(number for number in found if number is not None)
    if len(numbers) < len(found):
        raise FormatError(
            f"not a bead: {line.strip()[:60]!r}; the number of a sentence is too large"
        )
    return numbers


def read_beads(path: Path) -> list[BeadIndices]:
    """All beads of a file. Raises FormatError with the line's number."""
    beads = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not a bead file: it is not UTF-8 text") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                beads.append(parse_bead(line))
            except FormatError as error:
                raise FormatError(f"{path}:{number}: {error}") from error
    return beads


def format_bead(source: Iterable[int], target: Iterable[int]) -> str:
    """One line without its end.

    >>> format_bead(range(0, 2), [2])
    '[0,1]:[2]'
    """
    return f"[{','.join(map(str, source))}]:[{','.join(map(str, target))}]"
