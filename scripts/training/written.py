"""Units written for training the check: a source, two right translations of it, and three wrong ones.

``written/*.jsonl`` holds a source a line with its languages: "right" keeps close to it, "free" as far
from it as a translator may go, and each of "wrong" has one mistake of a "kind", as translators and
machines make them. All of it was written for this project. Where a wrong translation differs from the
right one that it was made from is where the mistake is.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.language.facts.operators import operators
from align.language.folding import simplify
from align.language.languages import CHINESE, ENGLISH, Language

FOLDER = Path(__file__).parent / "written"
_TOKEN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+(?:[.,]\d+)*|\S")
Span = tuple[int, int]


@dataclass(frozen=True)
class Written:
    """A unit: `kind` is "" where the translation is right.

    Of a mistake `changed` are its places in the translation (empty spans where something is gone),
    `reference` is the right translation that it was made from, and `was` its places there.
    """

    group: str  # of the same source
    source: str
    target: str
    forward: bool  # from Chinese
    kind: str
    changed: tuple[Span, ...] = ()
    reference: str = ""
    was: tuple[Span, ...] = ()

    @property
    def pair(self) -> tuple[str, str, bool]:
        """The Chinese text, the English one, and whether the Chinese is the source."""
        chinese, english = (
            (self.source, self.target) if self.forward else (self.target, self.source)
        )
        return chinese, english, self.forward

    @property
    def language(self) -> Language:
        """The translation's."""
        return ENGLISH if self.forward else CHINESE


def read_written(folder: Path = FOLDER) -> list[Written]:
    """The units of a folder's files, in order, those of a source together."""
    found: list[Written] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            found += _of_source(json.loads(line))
    return found


def _of_source(data: dict[str, Any]) -> Iterator[Written]:
    group, source, forward = data["id"], data["src"], data["src_lang"] == "zh"
    right = (data["right"], data["free"])
    for target in right:
        yield Written(group, source, target, forward, "")
    for one in data["wrong"]:
        target = one["tgt"]
        likest = max((_differing(ref, target) for ref in right), key=lambda some: some[0])
        _, reference, was, changed = likest
        yield Written(group, source, target, forward, one["kind"], changed, reference, was)


def _differing(ref: str, made: str) -> tuple[float, str, tuple[Span, ...], tuple[Span, ...]]:
    """How alike two texts are, the first, and where each is unlike the other."""
    ours, theirs = list(_TOKEN.finditer(ref)), list(_TOKEN.finditer(made))
    matcher = difflib.SequenceMatcher(
        None, [t.group().lower() for t in ours], [t.group().lower() for t in theirs], autojunk=False
    )
    was, changed = [], []
    for tag, i, j, k, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        if j > i:
            was.append((ours[i].start(), ours[j - 1].end()))
        at = theirs[k].start() if k < len(theirs) else len(made)
        changed.append((at, theirs[end - 1].end()) if end > k else (at, at))
    return matcher.ratio(), ref, tuple(was), tuple(changed)


def within(one: Span, spans: Iterable[Span], reach: int = 0) -> bool:
    """Whether a span overlaps one of others, or comes as near as `reach` characters."""
    return any(one[0] <= high + reach and low - reach <= one[1] for low, high in spans)


def telling(unit: Written, rows: Sequence[Row]) -> list[int]:
    """Which operators of a wrong unit, of either side, tell its mistake; none where no operator does.

    In the translation they are those that the mistake brought; in the source those of an axis of which
    it took one away: the only one, or the only one whose counterpart should stand where the mistake is.
    """
    texts = [
        simplify(text) if unit.language.is_chinese else text
        for text in (unit.reference, unit.target)
    ]
    gone, come = (
        {
            (mark.axis, mark.name)
            for mark in operators(text, unit.language)
            if within((mark.start, mark.end), filled(spans), -1)
        }
        for text, spans in zip(texts, (unit.was, unit.changed), strict=True)
    )
    found = [
        at
        for at, row in enumerate(rows)
        if not row.of_source
        and (row.axis, row.name) in come - gone
        and within(row.span, filled(unit.changed), -1)
    ]
    for axis in {axis for axis, _ in gone - come}:
        mine = [at for at, row in enumerate(rows) if row.of_source and row.axis == axis]
        near = [at for at in mine if within(rows[at].place, unit.changed)]
        found += mine if len(mine) == 1 else near if len(near) == 1 else []
    return sorted(found)


def filled(spans: Iterable[Span]) -> list[Span]:
    """The spans that hold something."""
    return [(low, high) for low, high in spans if high > low]


@dataclass(frozen=True)
class Row:
    """An operator of a unit, where its counterpart should stand, and what speaks for a mistake."""

    of_source: bool
    span: Span  # of its own side
    place: Span  # of the other side
    axis: str
    name: str  # of its class
    features: dict[str, float]
