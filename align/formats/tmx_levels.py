"""What a TMX says at the level of a tuv, carried with the unit so that it returns where it stood.

OmegaT dates and signs each tuv, others put notes and props there, and each writes language codes in
a spelling of its own (zh-cn, EN-US). A unit has one place for dates and notes and one spelling for
a language; what would be lost by that travels among its props, under types that begin with x-align-.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, cast

from align.datatypes import Props
from align.formats import xml
from align.formats.tmx_fields import ATTRIBUTES, FIELDS, date
from align.formats.xml import Element

Side = Literal["source", "target"]
SIDES: tuple[Side, Side] = ("source", "target")
_OWN = "x-align-"  # of all types here; with them no foreign prop is mistaken for one
_DATES = ("creationdate", "changedate", "lastusagedate")
# Attributes that both a tu and a tuv may have, and that mean something outside the tool that wrote
# them. Those of a tu for which a unit has a place are not carried here.
_CARRIED = frozenset(
    {"creationtool", "creationtoolversion", "creationid", "changeid", "datatype", "o-tmf"}
    | {"usagecount", *_DATES}
)
_OF_TU = (_CARRIED | {"segtype"}) - {*ATTRIBUTES, "creationdate", "changedate"}
_KNOWN_OF_TU = _OF_TU | {"tuid", "srclang", "creationdate", "changedate", *ATTRIBUTES}
_SEGTYPES = ("block", "paragraph", "sentence", "phrase")


def spelling(side: Side) -> str:
    """The type of the prop that holds a side's language code as its file wrote it.

    >>> spelling("source")
    'x-align-source-lang'
    """
    return f"{_OWN}{side}-lang"


def foreign(kind: str) -> str:
    """The type under which a file's own prop is kept: another one where it is that of our notes.

    >>> foreign("x-align-note"), foreign("x-client")
    ('x-x-align-note', 'x-client')
    """
    return f"x-{kind}" if kind.startswith(_OWN) and kind.endswith("note") else kind


def of_tu(tu: Element, lost: Counter[str]) -> list[tuple[str, str]]:
    """The attributes of a tu for which a unit has no place; `lost` counts those that are dropped."""
    found = []
    for name, value in cast(list[tuple[str, str]], tu.items()):
        if name in _OF_TU:
            found.append((f"{_OWN}@{name}", value))
        elif name not in _KNOWN_OF_TU:
            lost[f"attribute {name} of a tu"] += 1
    return found


def of_tuvs(
    pair: tuple[Element, Element], tu: Element, notes: list[str], lost: Counter[str]
) -> tuple[list[tuple[str, str]], list[str]]:
    """Props and notes of the source and the target tuv: what to carry, and all notes for the unit.

    A prop that is a field of a unit (x-confidence …) keeps its type, at whatever level it stands.
    """
    carried: list[tuple[str, str]] = []
    all_notes = list(notes)
    noted: list[tuple[str, str]] = [(f"{_OWN}note", note) for note in notes]
    for side, tuv in zip(SIDES, pair, strict=True):
        attributes = cast(list[tuple[str, str]], tuv.items())
        for name, value in attributes if len(attributes) > 1 else ():
            if name in _CARRIED:
                carried.append((f"{_OWN}{side}-@{name}", value))
                if name in ("creationdate", "changedate") and tu.get(name) == value:
                    carried.append((f"{_OWN}@{name}", value))  # stood at both levels
            elif name not in (xml.XML_LANG, "lang"):
                lost[f"attribute {name} of a tuv"] += 1
        for child in tuv if len(tuv) > 1 else ():
            kind = xml.local(child)
            if kind == "prop":
                name = foreign(child.get("type") or "")
                text = xml.text_of(child)
                carried.append((name if name in FIELDS else f"{_OWN}{side}-prop:{name}", text))
            elif kind == "note":
                all_notes.append(xml.text_of(child))
                noted.append((f"{_OWN}{side}-note", all_notes[-1]))
    # One note of the tu is the unit's note; where there are more, each has its place.
    return carried + (noted if len(noted) > len(notes) or len(notes) > 1 else []), all_notes


class Levels:
    """What a unit carries for each level of its tu: the attributes, notes and props to write there."""

    def __init__(self, props: Props, note: str | None) -> None:
        self.attributes: dict[str, list[tuple[str, str]]] = {"": [], "source": [], "target": []}
        self.props: dict[str, list[tuple[str, str]]] = {"": [], "source": [], "target": []}
        self.notes: dict[str, list[str]] = {"": [], "source": [], "target": []}
        self.others: list[tuple[str, str]] = []  # props of the unit itself
        noted: list[str] = []
        for kind, value in props:
            if not kind.startswith(_OWN) or not self._take(kind.removeprefix(_OWN), value, noted):
                self.others.append((kind, value))
        if "\n".join(noted) != (note or ""):  # edited since: one note, where notes of units stand
            self.notes = {"": [note] if note else [], "source": [], "target": []}

    def _take(self, kind: str, value: str, noted: list[str]) -> bool:
        """Put a carried prop where it belongs; False where it is none of ours."""
        level = next((side for side in SIDES if kind.startswith(f"{side}-")), "")
        rest = kind.removeprefix(f"{level}-")
        if rest == "note":
            self.notes[level].append(value)
            noted.append(value)
        elif rest.startswith("@"):
            name = rest[1:]
            if name not in (_CARRIED if level else _OF_TU | set(_DATES)):
                return False
            if not may_be_attribute(name, value) or name in dict(self.attributes[level]):
                return False
            self.attributes[level].append((name, value))
        elif level and rest.startswith("prop:"):
            self.props[level].append((rest.removeprefix("prop:"), value))
        else:
            return level != "" and rest == "lang"
        return True

    def stands_lower(self, name: str, value: str) -> bool:
        """Whether a date of the unit is that of a tuv, and stands there only."""
        if (name, value) in self.attributes[""]:
            return False
        return any((name, value) in self.attributes[side] for side in SIDES)


def may_be_attribute(name: str, value: str) -> bool:
    """Whether TMX allows `value` in an attribute of a tu or a tuv.

    >>> may_be_attribute("usagecount", "12"), may_be_attribute("lastusagedate", "yesterday")
    (True, False)
    """
    if name == "usagecount":
        return value.isascii() and value.isdigit()
    if name in _DATES:
        return date(value) == value
    return name != "segtype" or value in _SEGTYPES


def spelled(props: Iterable[tuple[str, str]], side: Side) -> str | None:
    """The language code of a side as the unit's file wrote it; None where it is the unit's own."""
    wanted = spelling(side)
    return next((value for kind, value in props if kind == wanted), None)
