"""`align lookup`: what a term is called, with evidence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.cli.languages import of_texts
from align.cli.memories import (
    EXCLUDE,
    INCLUDE,
    MEMORIES,
    TERMS,
    any_memories,
    asked,
    asked_terms,
    setting,
)
from align.cli.output import many, styled
from align.clock import day
from align.outside import json_out

_MOST_BYTES = 16 << 20  # of terms on standard input

if TYPE_CHECKING:
    from align.datatypes import Concept
    from align.terms.lookup import Evidence, Example, Lookup
    from align.terms.wordalign import Span


def lookup(
    text: str = typer.Argument(
        metavar="TEXT",
        help="A term in Chinese or English; - for one on each line of standard input.",
    ),
    terms: list[Path] = TERMS,
    memory: list[str] = MEMORIES,
    include: list[str] = INCLUDE,
    exclude: list[str] = EXCLUDE,
    lang: str | None = of_texts("Language of TEXT, zh or en; else seen from it."),
    limit: int = typer.Option(
        10,
        "-n",
        "--limit",
        min=1,
        callback=setting("limits.matches"),
        help="Entries and renderings to show.",
    ),
    examples: int = typer.Option(
        3,
        "--examples",
        min=0,
        callback=setting("limits.examples"),
        help="Examples of each rendering.",
    ),
    model: str | None = typer.Option(
        None, "--model", callback=setting("model"), help="Encoder; else the embedded one."
    ),
    as_json: bool = typer.Option(False, "--json", help="A JSON line for each entry and rendering."),
) -> None:
    """Say what a term is called in the other language, and what shows it.

    The termbase's entries come first; then what the term became in the memory, found inside the
    aligned sentences, with counts, origins and dates. Exits with 1 where a term was not found.
    """
    from align.cli.units import load_tokens
    from align.errors import InputError
    from align.language import tags
    from align.terms.lookup import LookupOptions
    from align.terms.lookup import lookup as ask

    queries = _lines() if text == "-" else [text.strip()]
    if not any(queries):
        raise InputError("nothing to look up: TEXT is empty")
    primary = tags.primary(lang) if lang else None
    options = LookupOptions(
        lang=primary, entries=limit, renderings=limit, examples=examples, near=limit
    )
    termbase = asked_terms(terms)
    # Without a memory the encoder is asked only where the termbase has nothing.
    encoder = load_tokens(model) if any_memories(memory) else None
    with asked(memory, include=include, exclude=exclude, encoder=encoder, needed=False) as opened:
        if termbase is None and opened is None:
            raise InputError(
                "nowhere to look: give --terms FILE, -m MEMORY or both, or name yours once: "
                "`align config set termbases FILE`, `align config set memories FILE`"
            )
        missing = 0
        for query in queries:
            answer = ask(
                query,
                termbase=termbase,
                memory=opened,
                encoder=encoder or (lambda: load_tokens(model)),
                options=options,
            )
            for record in records(answer) if as_json else ():
                typer.echo(json_out(record))
            if not as_json:
                _print(answer, heading=query if text == "-" else None)
            if not (answer.entries or answer.renderings or answer.near):
                sys.stderr.write(f"{query}: not found\n")
                missing += 1
    if missing:
        raise typer.Exit(1)


def _lines() -> list[str]:
    """The terms on standard input, each once, in their order."""
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        from align.errors import InputError

        raise InputError(f"standard input: more than {_MOST_BYTES >> 20} MB of terms")
    text = data.decode("utf-8-sig", "replace")
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


# --- JSON lines ---------------------------------------------------------------------------------


def records(answer: Lookup) -> list[dict[str, Any]]:
    """One record for each entry, rendering and near unit; `kind` tells which."""

    lines: list[dict[str, Any]] = []
    for entry in answer.entries:
        lines.append(
            {
                "kind": "entry",
                "query": answer.query,
                "match": entry.kind,
                "score": entry.score,
                "term": entry.term.text,
                "status": entry.term.status,
                "concept": entry.concept.id,
                "terms": _terms(entry.concept),
                "note": entry.concept.note,
            }
        )
    for one in answer.renderings:
        lines.append(
            {
                "kind": "rendering",
                "query": answer.query,
                "rendering": one.text,
                "count": one.count,
                "score": one.score,
                "sure": one.sure,
                "status": one.status,
                "forms": list(answer.forms),
                "origins": dict(one.origins),
                "first": one.first,
                "last": one.last,
                "examples": [_example(example) for example in one.examples],
            }
        )
    lines += [{"kind": "near", "query": answer.query} | _example(e) for e in answer.near]
    return lines


def _terms(concept: Concept) -> list[dict[str, Any]]:
    return [
        {"text": term.text, "lang": term.lang, "status": term.status, "type": term.type}
        for term in concept.terms
    ]


def _example(example: Example) -> dict[str, Any]:
    return {
        "source": example.unit.source,
        "target": example.unit.target,
        "source_spans": [list(span) for span in example.source_spans],
        "target_spans": [list(span) for span in example.target_spans],
        "paragraph": example.unit.paragraph,
        "speaker": example.unit.speaker,
        "symbol": example.unit.symbol,
        "date": example.unit.changed or example.unit.created,
        "origin": example.unit.origin,
    }


# --- for people ---------------------------------------------------------------------------------


# What is not the answer, but near it.
_NEAR = {"part": "as a part", "fuzzy": "written alike", "semantic": "of like meaning"}


def _print(answer: Lookup, heading: str | None = None) -> None:
    if heading is not None:
        typer.echo(styled(f"# {heading}", bold=True))
    exact = [entry for entry in answer.entries if entry.kind == "exact"]
    for entry in exact:
        typer.echo(_entry_line(entry.concept, answer.lang))
        if entry.term.status in ("deprecated", "superseded"):
            typer.echo(f"    {entry.term.text}: {entry.term.status}, not to be used")
        if entry.concept.note:
            typer.echo(f"    {entry.concept.note}")
    if answer.entries and not exact:
        typer.echo("Not in the termbase.")
    for kind in dict.fromkeys(entry.kind for entry in answer.entries if entry.kind != "exact"):
        typer.echo(f"Near it, {_NEAR[kind]}:")
        for entry in (entry for entry in answer.entries if entry.kind == kind):
            typer.echo(f"  {_entry_line(entry.concept, answer.lang)}  ({entry.score:.2f})")
    if answer.renderings:
        also = f", with {' and '.join(answer.forms)}" if answer.forms else ""
        times = many(answer.occurrences, "occurrence")
        typer.echo(f"\nIn the memory ({times}{also}):")
        if not answer.sure:
            typer.echo("  Not found for sure. It may be:")
    elif answer.occurrences:
        times = "once" if answer.occurrences == 1 else f"{answer.occurrences} times"
        typer.echo(f"\nIn the memory {times}, but what it became was not found.")
    for one in answer.renderings:
        typer.echo(_rendering_line(one))
        for example in one.examples:
            _print_example(example)
    if answer.near:
        typer.echo("\nNot in the memory; units of like meaning:")
    for example in answer.near:
        _print_example(example)


def _entry_line(concept: Concept, lang: str) -> str:
    other = "en" if lang == "zh" else "zh"
    parts = []
    for side in (lang, other):
        good = [t.text for t in concept.in_language(side) if t.status in ("preferred", "admitted")]
        bad = [
            t.text for t in concept.in_language(side) if t.status not in ("preferred", "admitted")
        ]
        parts.append(" / ".join(good) + (f"  [not: {' / '.join(bad)}]" if bad else ""))
    return " = ".join(parts)


def _rendering_line(one: Evidence) -> str:
    status = {"deprecated": ", forbidden", "superseded": ", superseded"}.get(one.status or "", "")
    origins = ", ".join(f"{name} {count}" for name, count in one.origins[:3])
    days = [day(stamp) for stamp in (one.first, one.last) if stamp]
    dates = f", {'–'.join(dict.fromkeys(days))}" if days else ""
    sure = f"  {one.score:.0%}" if one.status is None else ""
    return f"  {one.text}  ×{one.count}{sure}{status}{f'  ({origins}{dates})' if origins else ''}"


def _print_example(example: Example) -> None:
    """The two texts, and where they stand: symbol, paragraph, speaker, date."""
    unit = example.unit
    where = [
        unit.symbol or "",
        _paragraph(unit.paragraph),
        unit.speaker or "",
        day(unit.changed or unit.created or ""),
    ]
    typer.echo(f"      {_marked(unit.source, example.source_spans)}")
    typer.echo(f"      {_marked(unit.target, example.target_spans)}")
    if any(where):
        typer.echo(f"        ({', '.join(filter(None, where))})")


def _paragraph(number: str | None) -> str:
    """A paragraph as it is cited; those without a number are counted with ¶ already."""
    if not number:
        return ""
    return number if number.startswith("¶") else f"para. {number}"


def _marked(text: str, spans: tuple[Span, ...]) -> str:
    """`text` with its spans in bold on a terminal, between brackets elsewhere."""
    bold = styled("\0", bold=True).split("\0") if sys.stdout.isatty() else ["[", "]"]
    for start, end in sorted(spans, reverse=True):
        if end > start:
            text = text[:start] + bold[0] + text[start:end] + bold[1] + text[end:]
    return " ".join(text.split())
