"""The XLSX review sheet: send units to a reviewer, read back what was changed.

A reviewer edits texts, comments, sorts, filters and sets a state: ``reviewed``, ``rejected``, or
``merge`` (with the unit before it in the document, however the sheet is sorted). A hidden sheet
keeps what was sent, so that the tool can say what came back different.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import IO, Any, Literal

from align.datatypes import IN_ANOTHER_ORDER, REVIEW_BELOW, Finding, TranslationUnit
from align.errors import FormatError
from align.formats import xlsx
from align.language.languages import language_of
from align.language.tags import is_chinese
from align.outside import json_in, json_out
from align.report.strings import Language, words
from align.report.wording import message_in
from align.report.workbook import (
    add_styles,
    begin_sheet,
    check_lengths,
    clean,
    save,
    set_height,
    text_cell,
)

_Rows = Iterator[tuple[int, list[str]]]  # of a sheet, with their numbers
ChangeKind = Literal[
    "source", "target", "state", "comment", "merged", "moved", "rejected", "removed", "added"
]
COLUMNS = (
    ("id", 16.0),
    ("paragraph", 11.0),
    ("Chinese", 56.0),
    ("English", 68.0),
    ("confidence", 12.0),
    ("state", 12.0),
    ("comment", 36.0),
)
FINDINGS = ("findings", 44.0)  # where the units were checked; the reader passes it over
SHEET, RECORD, HELP = "Review", "_units", "How to"
STATES = ("reviewed", "rejected", "merge")
_STATE_WORDS = {
    **{state: state for state in STATES},
    "ok": "reviewed",
    "已审": "reviewed",
    "拒绝": "rejected",
    "已弃": "rejected",
    "merge-up": "merge",
    "合并": "merge",
}
_NUMBERED = re.compile(r"(\d+)-(\d+)")
_HELP = (
    "Edit Chinese and English freely; set a state where you can; comment as you like.",
    "state 'reviewed': the unit is right. 'rejected': it must not be used.",
    "state 'merge': join this unit with the unit before it in the document.",
    "A translation that belongs to another unit: cut its text and paste it there.",
    "You may sort, filter, add rows (with an empty id) and delete rows; leave the ids as they are.",
    "请直接修改中文或英文；state 列：reviewed 已审，rejected 弃用，merge 与文件中的上一单元合并。",
    "译文属于另一单元时，请剪切译文并粘贴到该单元。",
    "可以排序、筛选、增行（id 留空）、删行；请勿改动 id。",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a reviewer did, with the row of the sheet (0 for a row that is gone)."""

    kind: ChangeKind
    id: str
    row: int
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}, {self.id}" if self.row else self.id
        told = f": {changed(self.before, self.after)}" if self.before or self.after else ""
        return f"{place}: {_TOLD[self.kind]}{told}"


_TOLD: Mapping[ChangeKind, str] = {
    "source": "source edited",
    "target": "translation edited",
    "state": "state changed",
    "comment": "comment changed",
    "merged": "merged into the unit before it",
    "moved": "translation moved to another unit",
    "rejected": "rejected",
    "removed": "row deleted",
    "added": "row added",
}


_SHOWN = 24  # characters of what stayed that are shown on either side of a change


def changed(before: str, after: str) -> str:
    """What changed, with a little of what stands around it; whole words and characters.

    >>> changed("The keeper lights the lamp at six.", "The keeper lights the lamp at seven.")
    '“… lights the lamp at six.” → “… lights the lamp at seven.”'
    """
    old, new = " ".join(before.split()), " ".join(after.split())
    most = min(len(old), len(new))
    first = next((k for k in range(most) if old[k] != new[k]), most)
    last = next((k for k in range(most - first) if old[-1 - k] != new[-1 - k]), most - first)
    return f"{_part(old, first, len(old) - last)} → {_part(new, first, len(new) - last)}"


def _part(text: str, start: int, end: int) -> str:
    """The words around a part of a text, what is left out as …; of a long part its two ends."""
    begin = max(0, start - _SHOWN)
    if begin:  # not in the middle of a word
        begin = next((k + 1 for k in range(begin, start) if text[k] == " "), begin)
    stop = min(len(text), end + _SHOWN)
    if stop < len(text):
        stop = next((k for k in range(stop, end, -1) if text[k - 1] == " "), stop)
    shown = text[begin:stop]
    if len(shown) > 8 * _SHOWN:
        shown = f"{shown[: 4 * _SHOWN]} … {shown[-4 * _SHOWN :]}"
    return f"“{'… ' if begin else ''}{shown.strip()}{' …' if stop < len(text) else ''}”"


@dataclass(frozen=True, slots=True)
class Review:
    """What a sheet says: units in document order, rejected ones with that state, and changes."""

    units: tuple[TranslationUnit, ...]
    changes: tuple[Change, ...]
    sent: int  # units that were written into the sheet

    @property
    def kept(self) -> tuple[TranslationUnit, ...]:
        """The units that may be used: all but the rejected."""
        return tuple(unit for unit in self.units if unit.state != "rejected")

    def summary(self) -> str:
        """One line: counts in and out, and how many changes of each kind."""
        kinds = [change.kind for change in self.changes]
        told = [f"{kinds.count(kind)} {kind}" for kind in _TOLD if kind in kinds]
        units = "unit" if self.sent == 1 else "units"
        return f"{self.sent} {units} sent, {len(self.units)} back: " + (
            ", ".join(told) or "nothing changed"
        )


# ------------------------------------------------------------------------------------- writing


def write_sheet(
    file: IO[bytes],
    units: Sequence[TranslationUnit],
    *,
    signature: str | None = None,
    findings: Sequence[Finding] | None = None,
    ui: Language = "en",
) -> None:
    """Write `units` for review: filter, frozen head and id, list of states, doubtful ones tinted.

    `findings` (None: not checked) stand beside their units, by their `unit`, in the language `ui`.
    Rows are as high as their texts, on paper too.
    Units without an id, or with one that occurred before, get one that is the sheet's own.
    Raises FormatError for a text that no cell can hold.
    """
    from openpyxl import Workbook

    for unit in units:
        check_lengths((unit.id, unit.source, unit.target, unit.note or "", _rest(unit)))
    book = Workbook(write_only=True)
    add_styles(book)
    ids = _ids(units)
    notes = _notes(units, findings or (), ui)
    noted = findings is not None or bool(notes)
    columns = (*_columns(units), *((FINDINGS,) if noted else ()))
    check_lengths(notes.values())
    sheet = begin_sheet(book, SHEET, columns, freeze="B2")
    for place, (key, unit) in enumerate(zip(ids, units, strict=True)):
        note = notes.get(place, "")
        shown = (unit.paragraph or "", unit.source, unit.target, unit.note or "", note)
        set_height(sheet, place + 2, shown, [columns[n][1] for n in (1, 2, 3, 6, -1)])
        cells = list(_cells(sheet, key, unit))
        sheet.append([*cells, text_cell(sheet, note, style="text")] if noted else cells)
    _equip(sheet, len(units) + 1, "H" if noted else "G")
    _write_help(book, signature)
    record = begin_sheet(
        book, RECORD, (("id", 10.0), ("source", 10.0), ("target", 10.0), ("rest", 10.0))
    )
    record.sheet_state = "veryHidden"
    for key, unit in zip(ids, units, strict=True):
        record.append(
            [text_cell(record, text) for text in (key, unit.source, unit.target, _rest(unit))]
        )
    save(book, file)


def _columns(units: Iterable[TranslationUnit]) -> tuple[tuple[str, float], ...]:
    """The columns, those of the two texts named by what their sides are in."""
    if not _from_english(units):
        return COLUMNS
    at = [name for name, _ in COLUMNS].index("Chinese")
    return (*COLUMNS[:at], *COLUMNS[at : at + 2][::-1], *COLUMNS[at + 2 :])


def _from_english(units: Iterable[TranslationUnit]) -> bool:
    """Whether units are translations from English; without any they are taken for Chinese."""
    return any(not is_chinese(unit.source_lang) for unit in units)


def _notes(
    units: Sequence[TranslationUnit], findings: Sequence[Finding], ui: Language
) -> dict[int, str]:
    """What was found in each unit, a line a finding, the gravest first; and what is crossed."""
    order = {"error": 0, "warning": 1, "info": 2}
    names = {"error": "错误", "warning": "警告", "info": "提示"} if ui == "zh" else {"info": "note"}
    lines = {
        place: [f"⇅ {words(ui)['elsewhere']}"]
        for place, unit in enumerate(units)
        if IN_ANOTHER_ORDER in unit.props
    }
    for one in sorted(findings, key=lambda finding: order[finding.severity]):
        if one.unit is not None and not one.waived:
            expected = f" [{' | '.join(one.expected)}]" if one.expected else ""
            line = f"{names.get(one.severity, one.severity)}: {message_in(one, ui)}{expected}"
            lines.setdefault(one.unit, []).append(line)
    return {place: "\n".join(told) for place, told in lines.items()}


def _ids(units: Sequence[TranslationUnit]) -> list[str]:
    """An id for each unit, its own where no other has it, so that rows are found again."""
    taken = {unit.id for unit in units}
    seen: set[str] = set()
    ids = []
    for number, unit in enumerate(units, 1):
        key, attempt = unit.id.strip(), 1
        while not key or key in seen or (attempt > 1 and key in taken):
            key = f"{unit.id.strip() or 'row'}#{number if attempt == 1 else f'{number}.{attempt}'}"
            attempt += 1
        seen.add(key)
        ids.append(key)
    return ids


def _cells(sheet: Any, key: str, unit: TranslationUnit) -> Iterator[Any]:
    """The cells of one unit in the review sheet."""
    from openpyxl.cell import WriteOnlyCell

    yield text_cell(sheet, key, style="mono")
    yield text_cell(sheet, unit.paragraph or "", style="text")
    yield text_cell(sheet, unit.source, style="text")
    yield text_cell(sheet, unit.target, style="text")
    paired = unit.confidence is not None and unit.source and unit.target  # else nothing to doubt
    score = WriteOnlyCell(sheet, round(unit.confidence or 0.0, 4) if paired else None)
    score.style = "number"
    yield score
    yield text_cell(sheet, unit.state or "", style="text")
    yield text_cell(sheet, unit.note or "", style="text")


def _equip(sheet: Any, last: int, column: str) -> None:
    """Filter, choice of states and colours, so that the sheet works in any spreadsheet."""
    from openpyxl.formatting.rule import CellIsRule, FormulaRule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.auto_filter.ref = f"A1:{column}{last}"
    choice = DataValidation(type="list", formula1=f'"{",".join(STATES)}"', allow_blank=True)
    choice.errorStyle = "warning"
    choice.add(f"F2:F{max(last, 2) + 500}")
    sheet.data_validations.append(choice)
    low = CellIsRule(  # type: ignore[no-untyped-call]
        operator="lessThan",
        formula=[str(REVIEW_BELOW)],
        stopIfTrue=True,
        fill=PatternFill("solid", bgColor="FBE0C8"),
        font=Font(bold=True, color="8A3B00"),
    )
    empty = FormulaRule(  # type: ignore[no-untyped-call]
        formula=['AND($A2<>"",LEN(C2)=0)'], fill=PatternFill("solid", bgColor="EFE9DD")
    )
    # An empty cell counts as 0 in a comparison: units made by hand have no confidence.
    blank = FormulaRule(  # type: ignore[no-untyped-call]
        formula=["ISBLANK(E2)"], stopIfTrue=True
    )
    for rule, area in ((blank, "E"), (low, "E"), (empty, "C"), (empty, "D")):
        sheet.conditional_formatting.add(f"{area}2:{area}{max(last, 2)}", rule)


def _write_help(book: Any, signature: str | None) -> None:
    sheet = begin_sheet(book, HELP, ((HELP, 110.0),))
    for line in (*_HELP, *([signature] if signature else [])):
        sheet.append([text_cell(sheet, line, style="text")])


def _rest(unit: TranslationUnit) -> str:
    """Everything but the texts, as JSON; what is at its default is left out."""
    plain = TranslationUnit("", "")
    values = {
        key: value
        for key, value in asdict(replace(unit, source="", target="")).items()
        if value != getattr(plain, key)
    }
    return json_out(values, sort_keys=True)


# ------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as the reviewer left it."""

    row: int
    id: str
    source: str
    target: str
    state: str
    comment: str


def read_sheet(file: IO[bytes], *, name: str = "the sheet") -> Review:
    """Read a review sheet back and say what changed.

    Units come in document order however the sheet is sorted. Raises FormatError, with the row, for
    a sheet that is not one of ours, an id that is unknown or stands twice, or an unknown state.
    """
    titles = xlsx.sheet_names(file, name)
    for title in (SHEET, RECORD):
        if title not in titles:
            raise FormatError(
                f"{name}: has no sheet {title!r}, so it is not a review sheet that align wrote; "
                "export one with --xlsx and have that one edited"
            )
    sent = _read_record(xlsx.read_sheet(file, name, sheet=RECORD), name)
    heads = [head for head, _ in _columns(sent.values())][2:4]
    lines = list(_read_lines(xlsx.read_sheet(file, name, sheet=SHEET), heads, name))
    _check_ids(lines, sent, name)
    return _compare(sent, lines, name)


def _read_record(rows: _Rows, name: str) -> dict[str, TranslationUnit]:
    """What was sent, by id, in document order."""
    known = {field.name for field in fields(TranslationUnit)}
    sent = {}
    for row, values in rows:
        if row == 1:
            continue
        try:
            key, source, target, rest = (clean(value) for value in values[:4])
            options = {k: v for k, v in json_in(rest, name).items() if k in known}
            options["props"] = tuple((str(k), str(v)) for k, v in options.get("props", ()))
            sent[key] = TranslationUnit(**{**options, "source": source, "target": target})
        except (FormatError, ValueError, TypeError, AttributeError) as error:
            raise FormatError(f"{name}: hidden sheet {RECORD}, row {row} is damaged") from error
    return sent


def _read_lines(rows: _Rows, heads: Sequence[str], name: str) -> Iterator[_Line]:
    """The lines of a sheet that came back, `heads` being those of source and target.

    Raises FormatError where a column is gone.
    """
    head = [value.strip() for value in next(rows, (1, []))[1]]
    places = {}
    for column in ("id", *heads, "state", "comment"):
        if column not in head:
            raise FormatError(
                f"{name}: row 1 has no column {column!r}; leave the head row as it was"
            )
        places[column] = head.index(column)
    for number, values in rows:
        cells = {
            column: clean(values[place]) if place < len(values) else ""
            for column, place in places.items()
        }
        if not any(text.strip() for text in cells.values()):
            continue
        state = _state(cells["state"], f"{name}: row {number}")
        source, target = (cells[head] for head in heads)
        yield _Line(number, cells["id"].strip(), source, target, state, cells["comment"])


def _state(text: str, place: str) -> str:
    """The state that a word in a sheet means; raises FormatError for another word."""
    word = text.strip().lower()
    if word in ("", "edited"):
        return word
    if word not in _STATE_WORDS:
        raise FormatError(
            f"{place}: unknown state {text.strip()!r}; use {', '.join(STATES)} or none"
        )
    return _STATE_WORDS[word]


def _check_ids(lines: Sequence[_Line], sent: Mapping[str, TranslationUnit], name: str) -> None:
    """Refuse ids that were not sent or come twice: a decision would go astray."""
    seen: dict[str, int] = {}
    for line in lines:
        if line.id and line.id not in sent:
            raise FormatError(
                f"{name}: row {line.row}: id {line.id!r} was not sent; "
                "put the old id back, or clear it to add a unit"
            )
        if line.id in seen and line.id:
            raise FormatError(
                f"{name}: rows {seen[line.id]} and {line.row} have the same id {line.id!r}; "
                "clear one of them to add a unit"
            )
        seen[line.id] = line.row


def _compare(sent: Mapping[str, TranslationUnit], lines: Sequence[_Line], name: str) -> Review:
    """What the reviewer changed: the units as they are now, and a list of the changes."""
    by_id = {line.id: line for line in lines if line.id}
    moved = _moved(sent, by_id)
    added = _added_after(lines)
    like = next(iter(sent.values()), TranslationUnit("", ""))
    new = partial(_new, langs=(like.source_lang, like.target_lang))
    units: list[TranslationUnit] = [new(line) for line in added.get("", ())]
    changes = [Change("added", "(new)", line.row, "", line.target) for line in added.get("", ())]
    for key, before in sent.items():
        line = by_id.get(key)
        if line is None:
            changes.append(_gone(key, before, sent, by_id))
        else:
            unit, told = _changed(before, line, moved)
            changes += told
            alone = not clean(unit.source) and not clean(unit.target)
            if alone and key in moved.values():
                pass  # a translation that stood alone, and belongs to another unit
            elif line.state == "merge":
                _merge_into(units, unit, f"{name}: row {line.row}")
            else:
                units.append(unit)
        units += [new(line) for line in added.get(key, ())]
        changes += [
            Change("added", "(new)", line.row, "", line.target) for line in added.get(key, ())
        ]
    return Review(tuple(units), tuple(changes), len(sent))


def _moved(sent: Mapping[str, TranslationUnit], by_id: Mapping[str, _Line]) -> dict[str, str]:
    """Of units whose translation is one that was cut from another unit: that unit's id."""
    given: dict[str, list[str]] = {}
    for key, unit in sent.items():
        line = by_id.get(key)
        if clean(unit.target) and (line is None or clean(line.target) != clean(unit.target)):
            given.setdefault(clean(unit.target), []).append(key)
    found = {}
    for key, line in by_id.items():
        text = clean(line.target)
        if text != clean(sent[key].target) and len(given.get(text, ())) == 1:
            found[key] = given[text][0]
    return found


def _added_after(lines: Sequence[_Line]) -> dict[str, list[_Line]]:
    """New rows by the id that stands above them."""
    above = ""
    added: dict[str, list[_Line]] = {}
    for line in lines:
        if line.id:
            above = line.id
        else:
            added.setdefault(above, []).append(line)
    return added


def _new(line: _Line, langs: tuple[str, str]) -> TranslationUnit:
    state = line.state if line.state in ("reviewed", "rejected") else "edited"
    return TranslationUnit(line.source, line.target, *langs, state=state, note=line.comment or None)


def _changed(
    before: TranslationUnit, line: _Line, moved: Mapping[str, str]
) -> tuple[TranslationUnit, list[Change]]:
    """The unit as it came back; a text that only the file format altered is as it was.

    `moved` tells of units whose translation was another's, by whose id it was.
    """
    changes: list[Change] = []
    values: dict[str, Any] = {}
    for side, text in (("source", line.source), ("target", line.target)):
        old = getattr(before, side)
        if clean(text) != clean(old):
            values[side] = text
            kind: ChangeKind = "source" if side == "source" else "target"
            if side == "target" and line.id in moved:
                kind = "moved"
                values |= _of_another(before, text)
            changes.append(Change(kind, line.id, line.row, old, text))
    if clean(line.comment) != clean(before.note or ""):
        values["note"] = line.comment or None
        changes.append(Change("comment", line.id, line.row, before.note or "", line.comment))
    if line.state == "merge":
        changes.append(Change("merged", line.id, line.row))
    elif line.state != (before.state or ""):
        values["state"] = line.state or None
        kind = "rejected" if line.state == "rejected" else "state"
        changes.append(Change(kind, line.id, line.row, before.state or "", line.state))
    if ("source" in values or "target" in values) and line.state == "" == (before.state or ""):
        values["state"] = "edited"
    return replace(before, **values), changes


def _of_another(before: TranslationUnit, target: str) -> dict[str, Any]:
    """What changes in a unit that gets another one's translation: no machine paired the two."""
    props = [prop for prop in before.props if prop != IN_ANOTHER_ORDER]
    return {"target": target, "confidence": None, "props": (*props, IN_ANOTHER_ORDER)}


def _gone(
    key: str,
    before: TranslationUnit,
    sent: Mapping[str, TranslationUnit],
    by_id: Mapping[str, _Line],
) -> Change:
    """A deleted row: merged by hand when a neighbour now holds both its texts."""
    keys = list(sent)
    place = keys.index(key)
    for other in (keys[place - 1] if place else "", *keys[place + 1 : place + 2]):
        line, old = by_id.get(other), sent.get(other)
        if line is None or old is None or (line.source, line.target) == (old.source, old.target):
            continue
        if clean(before.source) in clean(line.source) and clean(before.target) in clean(
            line.target
        ):
            return Change("merged", key, 0, "", f"{line.source} {line.target}")
    return Change("removed", key, 0, f"{before.source} {before.target}")


def _merge_into(units: list[TranslationUnit], unit: TranslationUnit, place: str) -> None:
    if not units or units[-1].state == "rejected":
        raise FormatError(f"{place}: there is no unit before this one to merge it with")
    units[-1] = merge_units(units[-1], unit)


def merge_units(first: TranslationUnit, second: TranslationUnit) -> TranslationUnit:
    """Two neighbouring units as one, with the first one's identity and no machine confidence.

    >>> merge_units(TranslationUnit("甲。", "A."), TranslationUnit("乙。", "B.")).target
    'A. B.'
    """
    sizes = [_NUMBERED.fullmatch(unit.bead_type or "") for unit in (first, second)]
    one, two = sizes
    return replace(
        first,
        source=join(first.source, second.source, first.source_lang),
        target=join(first.target, second.target, first.target_lang),
        confidence=None,
        bead_type=(
            f"{int(one[1]) + int(two[1])}-{int(one[2]) + int(two[2])}" if one and two else None
        ),
        state=first.state if first.state == second.state == "reviewed" else "edited",
        note="\n".join(note for note in (first.note, second.note) if note) or None,
    )


def join(first: str, second: str, lang: str) -> str:
    """Two texts with what the language puts between sentences: nothing in Chinese, a space else."""
    return language_of(lang).join((first, second))
