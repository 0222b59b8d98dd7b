"""Tools for an assistant over stdio (MCP): look up, concordance, references, check, pair.

What they read is what `align mcp` was started with: memories, a termbase, and where one was named,
a folder of documents; no tool takes a path outside it, and nothing leaves the machine. Every answer
says which unit it is from, of which document (symbol and paragraph) and which origin.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.datatypes import Document, TranslationUnit
from align.document import read_document
from align.embedding.protocol import TokenEncoder
from align.errors import InputError
from align.formats.units import from_record, to_record
from align.memory import ReadableMemory
from align.memory.several import shelves_of
from align.outside import text_in
from align.pipeline import PairOptions, align_documents
from align.reference.search import ReferenceOptions, refer
from align.report.findings import record_of as finding_record
from align.report.references.records import record_of as reference_record
from align.server.records import cited, hit_record
from align.server.store import concept_record
from align.terms.checking import check_units
from align.terms.lookup import Example, LookupOptions, lookup
from align.terms.termbase import Termbase
from align.terms.wordalign import WordAligner

MOST_TEXT = 200_000  # characters of a text in a call
MOST_HITS = 50
MOST_UNITS = 500


@dataclass(frozen=True)
class Assistant:
    """What the tools may read, and the tools."""

    memory: ReadableMemory | None
    termbase: Termbase | None
    encoder: TokenEncoder
    folder: Path | None = None

    def lookup(self, term: str, lang: str | None = None) -> dict[str, Any]:
        """What a term is called in the other language: the termbase first, then the memories."""
        options = LookupOptions(lang=_lang(lang), entries=10, renderings=10, examples=3, near=5)
        found = lookup(
            _bounded(term, "term", 500),
            termbase=self.termbase,
            memory=self.memory,
            encoder=self.encoder,
            options=options,
        )
        return {
            "query": found.query,
            "entries": [
                {
                    "match": entry.kind,
                    "term": entry.term.text,
                    "status": entry.term.status,
                    "concept": concept_record(entry.concept),
                    "cited": f"termbase, concept {entry.concept.id}",
                }
                for entry in found.entries
            ],
            "renderings": [
                {
                    "rendering": one.text,
                    "count": one.count,
                    "status": one.status,
                    "score": round(one.score, 4),
                    "memory": self.memory.name if self.memory is not None else None,
                    "examples": [_example(example) for example in one.examples],
                }
                for one in found.renderings
            ],
            "near": [_example(example) for example in found.near],
        }

    def concordance(self, words: str, lang: str | None = None, limit: int = 10) -> dict[str, Any]:
        """The units that hold some words, in either language, with their rendering marked."""
        aligner = WordAligner(self.encoder)

        def locate(
            unit: TranslationUnit, side: str, span: tuple[int, int]
        ) -> list[tuple[int, int]]:
            ours, theirs, other = unit.source, unit.target, unit.target_lang
            if side == "target":
                ours, theirs, other = unit.target, unit.source, unit.source_lang
            found = aligner.rendering(ours, theirs, span, target_lang=other)
            return [(found.start, found.end)] if found else []

        words = _bounded(words, "words", 500)
        limit = max(1, min(limit, MOST_HITS))
        if self.memory is None:
            return {"total": 0, "exact": True, "hits": []}
        page = self.memory.concordance_page(words, lang=lang, limit=limit, locate=locate)
        return {
            "total": page.total,
            "exact": page.exact,
            "hits": [
                {
                    "memory": hit.memory or self.memory.name,
                    "also": [other.memory for other in hit.also],
                    **hit_record(hit),
                }
                for hit in page.hits
            ],
        }

    def references(
        self, text: str | None = None, document: str | None = None, limit: int = 3
    ) -> dict[str, Any]:
        """What of a text, or of a document of the folder, was translated before, by sentence."""
        read = self._document(text, document, "text")
        options = ReferenceOptions(limit=max(1, min(limit, 10)))
        shelves = shelves_of(self.memory) if self.memory is not None else []
        found = refer(read, shelves, aligner=WordAligner(self.encoder), options=options)
        return {"sentences": [reference_record(each) for each in found]}

    def check(self, units: list[dict[str, str]]) -> dict[str, Any]:
        """Terms, numbers, names and omissions of translated units: {source, target} each."""
        if not units or len(units) > MOST_UNITS:
            raise InputError(f"units: 1 to {MOST_UNITS} of them")
        given = [from_record(_texts(each, at), f"unit {at}") for at, each in enumerate(units, 1)]
        found = check_units(given, self.termbase, encoder=self.encoder)
        return {"findings": [finding_record(finding) for finding in found]}

    def pair(
        self,
        chinese: str | None = None,
        english: str | None = None,
        chinese_document: str | None = None,
        english_document: str | None = None,
    ) -> dict[str, Any]:
        """Two texts, or two documents of the folder, aligned sentence by sentence."""
        source = self._document(chinese, chinese_document, "chinese", lang="zh-CN")
        target = self._document(english, english_document, "english", lang="en-US")
        result = align_documents(source, target, options=PairOptions(), encoder=self.encoder)
        return {
            "units": [{**to_record(unit), "cited": cited(unit)} for unit in result.units],
            "notes": list(result.remarks),
        }

    def _document(
        self, text: str | None, name: str | None, what: str, lang: str | None = None
    ) -> Document:
        """A document of the named folder, or a text given whole."""
        if (text is None) == (name is None):
            raise InputError(f"{what}: give the text, or the name of a document of the folder")
        if text is not None:
            data = io.BytesIO(_bounded(text, what, MOST_TEXT).encode())
            return read_document(data, lang=lang, name=what)
        assert name is not None
        return read_document(self._inside(name), lang=lang, name=name)

    def _inside(self, name: str) -> Path:
        """The file of a name in the folder; links that lead out of it are refused like paths."""
        if self.folder is None:
            raise InputError("no folder of documents was named when this was started")
        folder = self.folder.resolve()
        try:
            place = (folder / name).resolve()
            inside = place.is_relative_to(folder) and place.is_file()
        except (OSError, ValueError) as error:  # a name too long, or with NUL in it
            raise InputError("no such document in the folder") from error
        if not inside:
            raise InputError("no such document in the folder")
        return place


def serve(assistant: Assistant) -> None:
    """Answer over standard input and output until the assistant goes."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    from align import __version__

    server: MCPServer[Any] = MCPServer(
        "align",
        version=__version__,
        log_level="ERROR",
        instructions=(
            "Chinese-English translation memory and terminology of this machine. Quote renderings"
            " as they are given and cite the unit, symbol and origin that come with them."
        ),
    )
    for tool in (
        assistant.lookup,
        assistant.concordance,
        assistant.references,
        assistant.check,
        assistant.pair,
    ):
        server.add_tool(_telling(tool, ToolError), name=tool.__name__, structured_output=True)
    server.run("stdio")


def _telling(tool: Any, error: type[Exception]) -> Any:
    """The tool, with errors that a user can act on as the protocol's own."""
    import functools

    from align.errors import AlignError

    @functools.wraps(tool)
    def asked(*given: Any, **named: Any) -> Any:
        try:
            return tool(*given, **named)
        except AlignError as told:
            raise error(str(told)) from told

    return asked


def opened(
    memory: ReadableMemory | None,
    termbase: Termbase | None,
    encoder: TokenEncoder,
    folder: Path | None,
) -> Assistant:
    """An assistant over a memory, or several as one, for reading."""
    if folder is not None and not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    return Assistant(memory, termbase, encoder, folder)


def _example(example: Example) -> dict[str, Any]:
    """An example with its citation and spans, as JSON."""
    return {
        "cited": cited(example.unit),
        "source_spans": [list(span) for span in example.source_spans],
        "target_spans": [list(span) for span in example.target_spans],
        **to_record(example.unit),
    }


def _bounded(text: str, what: str, most: int) -> str:
    """A text from outside, neither empty nor too long."""
    if not text.strip():
        raise InputError(f"{what}: a text is needed")
    if len(text) > most:
        raise InputError(f"{what}: at most {most:,} characters")
    return text_in(text, what)


def _lang(lang: str | None) -> str | None:
    """zh or en; raises InputError for another language."""
    from align.language.tags import primary, readable_tag

    return None if lang is None else primary(readable_tag(lang[:40]))


def _texts(given: Mapping[str, str], at: int) -> Mapping[str, str]:
    for side in ("source", "target"):
        _bounded(given.get(side, ""), f"unit {at}, {side}", 20_000)
    return given
