"""A translation unit's fields: what each is called, and how it stands, in every form that a unit takes.

One table says of each field what kind of value it holds, under which prop a TMX carries it, and from
where a memory reads it. JSON lines, tables, TMX, the memory's SQL and the review project's file are
written and read by it, so that a new field is one line here (and a column in the memory's schema).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from align.datatypes import Props, TranslationUnit
from align.errors import FormatError, InputError
from align.language import tags
from align.outside import page_number, probability

T = TypeVar("T")
Kind = Literal["text", "tag", "probability", "page", "props"]


@dataclass(frozen=True, slots=True)
class UnitField:
    """One field of a unit. Its name is the attribute, the key in JSON and the column in tables."""

    name: str
    stored: str  # where a memory's query has it: u unit, l languages, p provenance, o, s names
    kind: Kind = "text"
    prop: str | None = None  # type of the prop that carries it in TMX; None: TMX has a place for it
    reported: bool = True  # whether `align pair --jsonl` gives it

    @property
    def column(self) -> str | None:
        """The memory's column in which each of a unit's places has a value of its own."""
        return self.stored.removeprefix("p.") if self.stored.startswith("p.") else None


FIELDS = (
    UnitField("source", "u.source"),
    UnitField("target", "u.target"),
    UnitField("source_lang", "l.source", "tag"),
    UnitField("target_lang", "l.target", "tag"),
    UnitField("id", "p.tuid"),
    UnitField("confidence", "p.confidence", "probability", "x-confidence"),
    UnitField("bead_type", "p.bead_type", prop="x-bead-type"),
    UnitField("paragraph", "p.paragraph", prop="x-paragraph"),
    UnitField("symbol", "p.symbol", prop="x-document"),
    UnitField("page", "p.page", "page", "x-page"),
    UnitField("speaker", "p.speaker", prop="x-speaker"),
    UnitField("origin", "o.name", prop="x-origin", reported=False),
    UnitField("created", "p.created", reported=False),
    UnitField("changed", "p.changed", reported=False),
    UnitField("signature", "s.text", prop="x-signature"),
    UnitField("state", "p.state", prop="x-state", reported=False),
    UnitField("note", "p.note", reported=False),
    UnitField("props", "p.props", "props", reported=False),
)
# The columns of tables, which have no room for what else a foreign TMX carried.
COLUMNS = tuple(field.name for field in FIELDS if field.kind != "props")
# In the order in which TMX has them: what is measured, then texts.
PROPS = tuple(
    sorted((field for field in FIELDS if field.prop), key=lambda field: field.kind == "text")
)
# What people call the columns of their own tables.
ALIASES = {"bead": "bead_type", "bead type": "bead_type", "type": "bead_type", "document": "symbol"}

_BY_NAME = {field.name: field for field in FIELDS}
_REPORT_ORDER = ("id", "source", "target", "source_lang", "target_lang", "paragraph")
_REPORTED = _REPORT_ORDER + tuple(
    field.name for field in FIELDS if field.reported and field.name not in _REPORT_ORDER
)


def to_record(unit: TranslationUnit) -> dict[str, Any]:
    """A unit as JSON holds it: what it does not say is left out.

    >>> to_record(TranslationUnit("水", "water", id="u1"))["id"]
    'u1'
    """
    record: dict[str, Any] = {name: getattr(unit, name) for name in COLUMNS}
    if unit.props:
        record["props"] = [list(pair) for pair in unit.props]
    return {name: value for name, value in record.items() if value not in (None, "")} | {
        "source": unit.source,
        "target": unit.target,
    }


def to_report(unit: TranslationUnit) -> dict[str, Any]:
    """The keys of ``align pair --jsonl``, in order, whether they say something or not."""
    return {name: getattr(unit, name) for name in _REPORTED}


def from_record(record: Mapping[str, Any], place: str) -> TranslationUnit:
    """The unit of a JSON object or a table's row; keys that no unit has are passed over.

    Raises FormatError, naming `place` (``FILE:LINE``), where a value is not of its kind.
    """
    if not isinstance(record, Mapping):
        raise FormatError(f"{place}: not a unit: {repr(record)[:60]}")
    known: dict[str, Any] = {"source": "", "target": ""}
    for name, value in record.items():
        field = _BY_NAME.get(ALIASES.get(name, name))
        if field is None or value is None or (field.kind == "tag" and value == ""):
            continue
        try:
            known[field.name] = _value(field.kind, value)
        except InputError as error:
            raise FormatError(f"{place}: {error}") from error
        except (TypeError, ValueError) as error:
            shown = repr(value)[:60]
            raise FormatError(f"{place}: the value of {name} cannot be read: {shown}") from error
    return TranslationUnit(**known)


def _value(kind: Kind, value: Any) -> object:
    if kind == "probability":
        return _given(probability(value))
    if kind == "page":
        return _given(page_number(value))
    if kind == "props":
        return props_in(value)
    if isinstance(value, list | dict | bool):
        raise TypeError
    return tags.language_tag(str(value)) if kind == "tag" else str(value)


def props_in(value: Any) -> Props:
    """Pairs of texts from JSON. Raises TypeError or ValueError for anything else."""
    return tuple((str(key), str(text)) for key, text in value)


def _given(value: T | None) -> T:
    if value is None:
        raise ValueError
    return value
