"""OmegaT's glossary: a text file of tab-separated lines without a header, source, target, comment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from align.datatypes import Concept, Term
from align.language.tags import same_language

_GOOD = ("preferred", "admitted")


def write_glossary(
    file: IO[bytes], concepts: Iterable[Concept], *, source_lang: str, target_lang: str
) -> int:
    """Write the terms that may be used, UTF-8; returns how many lines.

    A line for each accepted term of the source language, with the renderings that are accepted,
    the preferred first; the comment has the concept's note and what must not be written. A concept
    without an accepted term on either side has no line.
    """
    count = 0
    for concept in concepts:
        ours = [term for term in concept.terms if same_language(term.lang, source_lang)]
        theirs = [term for term in concept.terms if same_language(term.lang, target_lang)]
        good = _accepted(theirs)
        if not good:
            continue
        bad = [term.text for term in theirs if term.status not in _GOOD]
        comment = "; ".join(
            part for part in (concept.note or "", f"not: {', '.join(bad)}" if bad else "") if part
        )
        for term in _accepted(ours):
            fields = (term.text, ", ".join(_plain(each.text) for each in good), comment)
            file.write(("\t".join(map(_plain, fields)) + "\n").encode("utf-8", "replace"))
            count += 1
    return count


def _accepted(terms: Iterable[Term]) -> list[Term]:
    found = [term for term in terms if term.status in _GOOD]
    return sorted(found, key=lambda term: _GOOD.index(term.status))


def _plain(text: str) -> str:
    """A field on one line, without what would end it."""
    return " ".join(text.split()).lstrip('"')
