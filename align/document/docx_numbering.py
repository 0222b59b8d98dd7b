"""The numbers that Word writes before paragraphs, computed as Word computes them.

ECMA-376, part 1, 17.9. Counters belong to the abstract list, so lists that share one go on; a
``startOverride`` begins anew at its first use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from align.document.docx_styles import Style
from align.document.docx_xml import attribute, child, children, switch, value
from align.document.numbering import label

_PLACE = re.compile(r"%(\d)")
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list is written and counted."""

    form: str = "decimal"
    pattern: str = ""  # "%1.%2."
    start: int = 1
    restart: int | None = None  # the level (1-based) whose number restarts it; 0: none does
    legal: bool = False  # all numbers in figures
    style: str = ""  # the paragraph style that stands for the level


@dataclass(slots=True)
class _List:
    """A list (w:num): its levels, what it counts with, where it begins anew."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)


class Numbering:
    """Counts the numbered paragraphs of a document in order."""

    def __init__(self, root: Any | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        links: dict[
            str, str
        ] = {}  # abstract list → the numbering style that it takes its levels of
        named: dict[str, str] = {}  # numbering style → the abstract list that defines it
        for item in children(root, "w:abstractNum"):
            name = attribute(item, "abstractNumId") or ""
            abstract[name] = {_depth(one): _level(one) for one in children(item, "w:lvl")}
            link, style = value(item, "w:numStyleLink"), value(item, "w:styleLink")
            if link is not None:
                links[name] = link
            if style is not None:
                named[style] = name
        for item in children(root, "w:num"):
            name = value(item, "w:abstractNumId") or ""
            name = named.get(links.get(name, ""), name)
            levels = dict(abstract.get(name, {}))
            found = _List(name, levels)
            for override in children(item, "w:lvlOverride"):
                depth = _depth(override)
                own = child(override, "w:lvl")
                if own is not None:
                    levels[depth] = _level(own)
                start = value(override, "w:startOverride")
                if start is not None:
                    found.starts[depth] = _whole(start, 1)
            self._lists[attribute(item, "numId") or ""] = found

    def of(self, style: Style, number: str | None, depth: int | None) -> tuple[str, bool]:
        """What Word writes before a paragraph, and whether it is an item of a list at all.

        `number` and `depth` are the paragraph's own list and level, where it has them.
        """
        name = style.number if number is None else number
        found = self._lists.get(name or "")
        if found is None or name == "0":
            return "", False
        if depth is None and number is None:
            by_style = (
                at for at, level in found.levels.items() if level.style == style.numbered_by
            )
            depth = next(by_style, style.level)
        depth = min(depth or 0, _LEVELS - 1)
        level = found.levels.get(depth)
        if level is None:
            return "", False
        counters = self._counters.setdefault(found.abstract, {})
        self._count(found, counters, depth)
        return self._written(found, counters, depth), level.form != "none"

    def _count(self, found: _List, counters: dict[int, int], depth: int) -> None:
        level = found.levels[depth]
        begins_anew = depth in found.starts and depth not in found.begun
        found.begun.add(depth)
        if begins_anew:
            counters[depth] = found.starts[depth]
        else:
            counters[depth] = counters.get(depth, level.start - 1) + 1
        for above in range(depth):
            if above not in counters:
                counters[above] = found.levels.get(above, Level()).start
        for below in [at for at in counters if at > depth]:
            restart = found.levels.get(below, Level()).restart
            if restart is None or (restart and depth < restart):
                del counters[below]

    def _written(self, found: _List, counters: dict[int, int], depth: int) -> str:
        level = found.levels[depth]
        if level.form in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            one = found.levels.get(at, Level())
            form = "decimal" if level.legal and one.form != "decimalZero" else one.form
            return "" if form in ("bullet", "none") else label(counters.get(at, one.start), form)

        return _PLACE.sub(number, level.pattern).strip()


def _depth(element: Any) -> int:
    return _whole(attribute(element, "ilvl"), 0)


def _level(element: Any) -> Level:
    restart = value(element, "w:lvlRestart")
    read = Level(
        form=value(element, "w:numFmt") or "decimal",
        pattern=value(element, "w:lvlText") or "",
        start=_whole(value(element, "w:start"), 1),
        restart=None if restart is None else _whole(restart, 0),
        legal=bool(switch(element, "w:isLgl")),
        style=value(element, "w:pStyle") or "",
    )
    custom = next((one for one in element if str(one.tag).endswith("}AlternateContent")), None)
    if custom is not None:  # Word 2010's formats stand in an alternative: ①-⑳ and others
        for one in custom.iter():
            form = str(one.tag).endswith("}numFmt") and attribute(one, "val")
            if form and form != "custom":
                return replace(read, form=str(form))
    return read


def _whole(text: str | None, default: int) -> int:
    good = text is not None and text.isascii() and text.isdecimal() and len(text) < 6
    return int(text or 0) if good else default
