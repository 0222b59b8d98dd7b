"""Cut a row in two anywhere in its texts, also inside a sentence, also in a text that was edited.

A sentence that is cut becomes two of the document, so that rows remain runs of whole sentences;
what a reviewer wrote is divided as it stands, and its place in the document is found by what the
edited text and the document's have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from align.project.edits import Change, Cut, EditError, Row, Side

SIDES: tuple[Side, Side] = ("source", "target")
_CLAUSE_ENDS = "，；：、。！？,;:.!?"


class Texts(Protocol):
    """What a cut needs to know of the texts."""

    def pieces(self, row: Row, side: Side) -> list[tuple[int, str, str]]:
        """The sentences of a side: number, text, and what stands before it in the row's text."""

    def original(self, row: Row, side: Side) -> str:
        """The text of a side before any edit."""


def cut(
    known: Texts, index: int, row: Row, texts: Mapping[Side, str], places: Mapping[Side, int]
) -> Change:
    """The change that cuts a row at a place in each of its `texts`, as they are now.

    Raises EditError where one of the two rows would hold nothing.
    """
    cuts: list[Cut] = []
    borders: dict[Side, int] = {}  # the sentence that the second row begins with
    halves: dict[Side, tuple[str, str]] = {}
    natural: dict[Side, tuple[str, str]] = {}  # what the document itself gives the two rows
    for side in SIDES:
        at = min(max(places[side], 0), len(texts[side]))
        whole = known.original(row, side)
        place = carried(texts[side], whole, at)
        halves[side] = texts[side][:at].strip(), texts[side][at:].strip()
        natural[side] = whole[:place].strip(), whole[place:].strip()
        made, borders[side] = _border(known, row, side, place)
        cuts += [made] if made else []
    grown = {made.side: 1 for made in cuts}
    first = Row(
        range(row.source.start, borders["source"]),
        range(row.target.start, borders["target"]),
        pinned=True,
        comment=row.comment,
    )
    second = Row(
        range(borders["source"], row.source.stop + grown.get("source", 0)),
        range(borders["target"], row.target.stop + grown.get("target", 0)),
        pinned=True,
    )
    for part, made_row in enumerate((first, second)):
        empty = not len(made_row.source) and not len(made_row.target)
        if empty or not any(halves[side][part] for side in SIDES):
            raise EditError("single", f"row {row.id} would leave nothing on one side of the cut")
    changed = {side: halves[side] != natural[side] for side in SIDES}
    new = tuple(
        replace(
            made_row,
            source_text=halves["source"][part] if changed["source"] else None,
            target_text=halves["target"][part] if changed["target"] else None,
        )
        for part, made_row in enumerate((first, second))
    )
    return Change("split", index, (row,), new, tuple(cuts))


def _border(known: Texts, row: Row, side: Side, place: int) -> tuple[Cut | None, int]:
    """The cut that a place of the original text needs, and the sentence that begins after it."""
    own = row.source if side == "source" else row.target
    at = 0
    for index, text, between in known.pieces(row, side):
        at += len(between)
        inside = place - at
        if not text[: max(inside, 0)].strip():
            return None, index
        if text[inside:].strip():
            return Cut(side, index, inside), index + 1
        at += len(text)
    return None, own.stop


def between_sentences(
    known: Texts, row: Row, texts: Mapping[Side, str], border: tuple[int, int]
) -> dict[Side, int]:
    """The places in the texts as they are now that answer to a border between sentences."""
    found: dict[Side, int] = {}
    for side, sentence in zip(SIDES, border, strict=True):
        at = 0
        for index, text, between in known.pieces(row, side):
            if index >= sentence:
                break
            at += len(between) + len(text)
        found[side] = carried(known.original(row, side), texts[side], at)
    return found


def carried(old: str, new: str, place: int) -> int:
    """The place in `new` that answers to one in `old`, by what both begin and end with alike.

    >>> carried("He came. She left.", "He came late. She left.", 8)
    13
    """
    most = min(len(old), len(new))
    begin = next((n for n in range(most) if old[n] != new[n]), most)
    rest = most - begin
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    if place >= len(old) - end:
        return len(new) - (len(old) - place)
    if place <= begin:
        return place
    share = (place - begin) / (len(old) - end - begin)
    return begin + round(share * (len(new) - end - begin))


def proposed(texts: Mapping[Side, str], fixed: Mapping[Side, int]) -> dict[Side, int]:
    """A place in both texts: those that are `fixed`, else where a clause ends at the same share.

    >>> proposed({"source": "天亮了，船走了。", "target": "Dawn came, the ship left."}, {})
    {'source': 4, 'target': 10}
    """
    if not fixed:
        longest = max(SIDES, key=lambda side: len(texts[side]))
        fixed = {longest: _clause_end(texts[longest], 0.5)}
    (side, at), *_ = fixed.items()
    share = at / len(texts[side]) if texts[side] else 0.5
    return {
        other: fixed[other] if other in fixed else _clause_end(texts[other], share)
        for other in SIDES
    }


def _clause_end(text: str, share: float) -> int:
    """The end of a clause that is nearest to a share of the text; where it has none, of a word."""
    wanted = share * len(text)
    inner = range(1, len(text))
    ends = [
        n
        for n in inner
        if text[n - 1] in _CLAUSE_ENDS
        and text[n] not in _CLAUSE_ENDS
        and (text[n - 1] not in ",.:;" or text[n] == " ")
    ]
    spaces = [n for n in inner if text[n] == " "]
    return min(ends or spaces or inner or [0], key=lambda n: abs(n - wanted))
