"""Findings as comments in the translated Word document, each at the very words it is about.

The document's text is not changed: runs are cut where a comment begins or ends, which no reader
sees, and comments are added. What cannot be placed is said in a comment at the first words.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from align.atomic import replacing
from align.datatypes import Finding, TranslationUnit
from align.document.reading import load
from align.errors import FormatError
from align.report.package import repack
from align.report.strings import Language
from align.report.wording import message_in

AUTHOR, INITIALS = "align", "al"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LONGEST_LABEL = 12  # letters of a number that Word computes, such as "Annex XXVIII (b)"
_MARKS = {"error": "✗", "warning": "?", "info": "i"}


@dataclass(frozen=True, slots=True)
class Commented:
    """How many comments stand at their words, and how many findings had no place of their own."""

    placed: int
    unplaced: int


def write_comments(
    source: Path,
    target: Path,
    findings: Sequence[Finding],
    units: Sequence[TranslationUnit],
    *,
    now: datetime,
    ui: Language = "en",
) -> Commented:
    """Copy the translated document `source` to `target` with a comment for each finding.

    `units` are those that were checked, in the document's order; their targets are its sentences.
    Messages are in the language `ui`, where they exist in it. The target is replaced whole or
    not at all. Raises FormatError where the document cannot be opened.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(load(source, str(source))))
    except Exception as error:  # python-docx and lxml raise many kinds for a damaged package
        raise FormatError(f"{source}: cannot be opened as a Word document ({error})") from error
    letters = _Letters(document)
    places = letters.places([unit.target for unit in units])
    wanted: list[tuple[tuple[int, int] | None, str]] = []
    for finding in findings:
        text = _said(finding, ui)
        place = places[finding.unit] if finding.unit is not None else None
        spans = finding.target_spans
        if place is None or finding.unit is None:
            wanted.append((place, text))
            continue
        target_text = units[finding.unit].target
        for span in spans or ((0, len(target_text)),):
            wanted.append((letters.within(place, target_text, span), text))
            text = "↑ " + text.split("\n")[0]
    unplaced = [text for place, text in wanted if place is None]
    placed = sorted((place, text) for place, text in wanted if place is not None)
    # From the end to the beginning: cutting a run leaves the letters before it where they are.
    for (start, end), text in reversed(placed):
        runs = letters.runs(start, end)
        _comment(document, runs, text, now)
    if unplaced and len(letters.owner):
        _comment(document, letters.runs(0, 1), "\n\n".join(unplaced), now)
    packed = io.BytesIO()
    document.save(packed)
    with replacing(target) as file:
        repack(packed, file)
    return Commented(len(placed), len(unplaced))


def _said(finding: Finding, ui: Language) -> str:
    return f"{_MARKS[finding.severity]} {message_in(finding, ui)}\n({finding.rule})"


def _comment(document: Any, runs: Sequence[Any], text: str, now: datetime) -> None:
    comment = document.add_comment(list(runs), text=text, author=AUTHOR, initials=INITIALS)
    comment._comment_elm.date = now


class _Letters:
    """The letters and figures of a document in order, and the runs that hold them.

    Blanks and punctuation are left out: reading joins lines, mends spaces and adds labels.
    """

    def __init__(self, document: Any) -> None:
        from docx.text.run import Run

        self._run = Run
        self._parent = document
        self.text = ""
        self.owner: list[Any] = []  # the w:t element of each letter
        self.offset: list[int] = []  # … and its place in that element
        parts: list[str] = []
        for element in document.element.body.iter(f"{_W}t"):
            if element.getparent() is None or element.getparent().tag != f"{_W}r":
                continue
            for at, char in enumerate(element.text or ""):
                if char.isalnum():
                    parts.append(char)
                    self.owner.append(element)
                    self.offset.append(at)
        self.text = "".join(parts)

    def places(self, texts: Sequence[str]) -> list[tuple[int, int] | None]:
        """Where each text stands, as a half-open range of letters; None where it does not.

        Texts come in the document's order, but for notes and boxes: each is looked for after the
        one before, then from the beginning.
        """
        found: list[tuple[int, int] | None] = []
        at = 0
        for text in texts:
            wanted = _alnum(text)
            place = -1
            size = len(wanted)
            for skip in range(min(_LONGEST_LABEL, max(size - 1, 0)) + 1 if size else 0):
                rest = wanted[skip:]  # a label that Word computes is no letter of the document
                place = self.text.find(rest, at)
                if place < 0:
                    place = self.text.find(rest)
                if place >= 0:
                    size = len(rest)
                    break
            if place < 0 or not size:
                found.append(None)
                continue
            found.append((place, place + size))
            at = place + size
        return found

    def within(self, place: tuple[int, int], text: str, span: tuple[int, int]) -> tuple[int, int]:
        """The letters of ``text[span]``, where `text` stands at `place`."""
        start, end = place
        lost = len(_alnum(text)) - (end - start)  # letters of a computed label
        first = start + max(0, len(_alnum(text[: span[0]])) - lost)
        last = start + max(0, len(_alnum(text[: span[1]])) - lost)
        if last <= first:  # a sign only: the word that it stands at
            first = max(start, min(first, end - 1))
            last = first + 1
        return first, min(last, end)

    def runs(self, start: int, end: int) -> list[Any]:
        """Runs that hold the letters [start, end) and nothing more; cut where needed."""
        self._cut(end - 1, after=True)
        self._cut(start, after=False)
        first, last = self.owner[start].getparent(), self.owner[end - 1].getparent()
        return [self._run(first, self._parent), self._run(last, self._parent)]

    def _cut(self, letter: int, *, after: bool) -> None:
        """Cut the run of a letter so that it begins there, or ends after it."""
        element, at = self.owner[letter], self.offset[letter] + after
        run = element.getparent()
        text = element.text or ""
        following = list(element.itersiblings())
        before = [
            child for child in element.itersiblings(preceding=True) if child.tag != f"{_W}rPr"
        ]
        if at == 0 and not before:
            return
        if at == len(text) and not following:
            return
        second = copy.deepcopy(run)
        for child in list(second):
            if child.tag != f"{_W}rPr":
                second.remove(child)
        moved = following
        if at == 0:
            moved = [element, *following]
        elif at < len(text):
            rest = copy.deepcopy(element)
            rest.text, element.text = text[at:], text[:at]
            for half in (rest, element):
                half.set(_XML_SPACE, "preserve")
            second.append(rest)
            self._reassign(letter, element, rest, at)
        for child in moved:
            second.append(child)
        run.addnext(second)

    def _reassign(self, letter: int, element: Any, rest: Any, at: int) -> None:
        """Letters of `element` from `at` on now stand in `rest`; `letter` is one of them or before."""
        while letter < len(self.owner) and self.owner[letter] is element:
            if self.offset[letter] >= at:
                self.owner[letter] = rest
                self.offset[letter] -= at
            letter += 1


def _alnum(text: str) -> str:
    return "".join(filter(str.isalnum, text))
