"""`align show`: what was read from a file, and what was taken out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.cli.languages import of_texts
from align.cli.output import many
from align.outside import json_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from align.datatypes import Document, Paragraph


def show(
    file: str = typer.Argument(
        metavar="FILE", help="A TXT, PDF, DOCX or HTML file; - for standard input."
    ),
    segments: bool = typer.Option(False, "--segments", help="One line a segment (sentence)."),
    as_json: bool = typer.Option(False, "--json", help="JSON lines instead of text."),
    pre_segmented: bool = typer.Option(
        False, "--pre-segmented", help="The file has one sentence a line; edit nothing."
    ),
    encoding: str | None = typer.Option(
        None, "--encoding", help="Encoding of a text file, where detection is wrong."
    ),
    lang: str | None = of_texts("Language of the document (zh-CN, en-US); else detected."),
    srx: Path | None = typer.Option(None, "--srx", help="SRX file with segmentation rules."),
) -> None:
    """Show the paragraphs of a document as they will be aligned, and what was removed.

    Each line has the line of the file, the paragraph's number, its kind and who speaks.
    """
    import io

    from align.document import read_document

    document = read_document(
        io.BytesIO(sys.stdin.buffer.read()) if file == "-" else Path(file),
        lang=lang,
        encoding=encoding,
        pre_segmented=pre_segmented,
        srx=srx,
        name="standard input" if file == "-" else None,
    )
    records = _segments(document) if segments else _paragraphs(document)
    for record in (*records, *_removals(document)):
        sys.stdout.write((_as_json(record) if as_json else _as_text(record)) + "\n")
    for warning in document.warnings:
        sys.stderr.write(f"{document.name}: warning: {warning}\n")
    if not as_json:
        sys.stderr.write(_summary(document) + "\n")


def _paragraphs(document: Document) -> Iterator[dict[str, Any]]:
    for paragraph in document.paragraphs:
        yield {
            "type": "paragraph",
            **_place(paragraph, paragraph.line),
            "text": document.text[paragraph.start : paragraph.end],
        }


def _segments(document: Document) -> Iterator[dict[str, Any]]:
    for segment in document.segments:
        yield {
            "type": "segment",
            **_place(document.paragraphs[segment.paragraph], document.raw_line(segment.start)),
            "paragraph": segment.paragraph,
            "start": segment.start,
            "end": segment.end,
            "text": segment.text,
        }


def _place(paragraph: Paragraph, line: int) -> dict[str, Any]:
    return {
        "line": line,
        "page": paragraph.page,
        "number": paragraph.number,
        "kind": paragraph.kind,
        "speaker": paragraph.speaker,
    }


def _removals(document: Document) -> Iterator[dict[str, Any]]:
    for removal in document.removals:
        yield {
            "type": "removed",
            "line": removal.line,
            "page": removal.page,
            "reason": removal.reason,
            "evidence": removal.evidence,
            "text": removal.text,
        }


def _as_json(record: dict[str, Any]) -> str:
    return json_out(record)


def _as_text(record: dict[str, Any]) -> str:
    if record["type"] == "removed":
        why = f"  [{record['evidence']}]" if record["evidence"] else ""
        return f"{record['line']:>6}  removed ({record['reason']}): {record['text']}{why}"
    about = [record["kind"]] if record["kind"] != "body" else []
    about += [f"¶{record['number']}"] if record["number"] else []
    about += [record["speaker"]] if record["speaker"] else []
    return f"{record['line']:>6}  {'[' + ', '.join(about) + '] ' if about else ''}{record['text']}"


def _summary(document: Document) -> str:
    parts = [
        f"{document.name}: {document.lang}",
        *([document.encoding] if document.encoding else []),
        *([f"symbol {document.symbol}"] if document.symbol else []),
        many(len(document.paragraphs), "paragraph"),
        many(len(document.segments), "segment"),
        many(len(document.removals), "removal"),
    ]
    return ", ".join(parts)
