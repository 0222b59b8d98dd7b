"""What was taken out of a document: how much, and what of it looks like content."""

from __future__ import annotations

import re
from collections.abc import Sequence

from align.datatypes import Document, Removal
from align.document.read_subtitles import NO_TEXT

_SENTENCE = re.compile(r"[.!?。！？；;:：,，、][\"'”’）)」』】》\]]*$")


def letters(text: str) -> int:
    """How many letters and digits `text` has."""
    return sum(map(str.isalnum, text))


def texts_removed(document: Document) -> list[Removal]:
    """The removals that took words out; the numbers and times of subtitles are none."""
    return [removal for removal in document.removals if removal.reason not in NO_TEXT]


def share_removed(document: Document) -> float:
    """The letters in removed texts, as a share of all letters of the document."""
    removed = sum(letters(removal.text) for removal in texts_removed(document))
    return removed / max(1, removed + letters(document.text))


def looks_like_content(removal: Removal) -> bool:
    """Whether a removal reads as a part of the text: a sentence or half of one, or a label.

    >>> looks_like_content(Removal(3, "and to set up a group", "running header"))
    True
    >>> looks_like_content(Removal(3, "Report of the Fund 12", "running header"))
    False
    """
    text = removal.text.strip()
    if removal.reason != "running header" or not text:
        return False
    return text[0].islower() or _SENTENCE.search(text) is not None


def suspects(removals: Sequence[Removal]) -> list[Removal]:
    """The removals that look like content, each text once."""
    found: dict[str, Removal] = {}
    for removal in removals:
        if looks_like_content(removal):
            found.setdefault(removal.text, removal)
    return list(found.values())


_MOST_WARNINGS = 20  # of removals in one document; `align show` prints all
_SHORT = 100  # characters of a text that are told


def reading_warnings(document: Document) -> tuple[str, ...]:
    """What the user should know of how a document was read: one sentence each.

    What could not be read as it is meant, and what was taken out though it reads as text.
    """
    found = suspects(document.removals)
    said = [
        f"removed as {removal.reason}, but it reads as text: {_shortened(removal.text)} "
        f"({f'page {removal.page}' if removal.page else f'line {removal.line}'}); "
        "align show prints all that was removed"
        for removal in found[:_MOST_WARNINGS]
    ]
    if len(found) > _MOST_WARNINGS:
        said.append(f"{len(found) - _MOST_WARNINGS} more removed pieces read as text")
    return (*document.warnings, *said)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
