"""What the styles of a Word document say, each with what it inherits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from align.document.docx_xml import attribute, child, children, switch, value

_DEEPEST = 50  # styles that inherit from one another in a row


@dataclass(frozen=True, slots=True)
class Style:
    """A style's own words about what a reader needs, or those that it inherits."""

    id: str = ""
    name: str = ""
    hidden: bool | None = None  # w:vanish
    raised: str | None = None  # w:vertAlign: superscript, subscript, baseline
    font: str | None = None
    outline: int | None = None  # level of a heading, from 0
    number: str | None = None  # w:numId
    level: int | None = None  # w:ilvl
    numbered_by: str = ""  # the style that the number comes from


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: Any | None) -> None:
        elements = {} if root is None else {
            attribute(one, "styleId") or "": one for one in children(root, "w:style")
        }  # fmt: skip
        self._default = next(
            (
                name
                for name, one in elements.items()
                if attribute(one, "type") == "paragraph" and attribute(one, "default") == "1"
            ),
            "",
        )
        self._found: dict[str, Style] = {}
        for name in elements:
            self._resolve(name, elements)

    def _resolve(self, name: str, elements: dict[str, Any]) -> None:
        chain = [name]
        while len(chain) < _DEEPEST:
            above = value(elements[chain[-1]], "w:basedOn")
            if above is None or above not in elements or above in chain or above in self._found:
                break
            chain.append(above)
        above = value(elements[chain[-1]], "w:basedOn") or ""
        style = self._found.get(above, Style())
        for one in reversed(chain):
            style = self._found[one] = _own(one, elements[one], style)

    def of(self, name: str | None) -> Style:
        """A paragraph's or character's style; the default one of paragraphs where none is named."""
        return self._found.get(self._default if name is None else name, Style())


def languages(root: Any | None) -> tuple[str, ...]:
    """The tags that a document's defaults give its text: Western, then East Asian."""
    path = ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:lang")
    said = root
    for name in path:
        said = None if said is None else child(said, name)
    if said is None:
        return ()
    tags = (attribute(said, "val"), attribute(said, "eastAsia"))
    return tuple(tag for tag in tags if tag)


def _own(name: str, element: Any, above: Style) -> Style:
    """What `element` says, over what the style above says."""
    number, level = (
        value(element, "w:pPr", "w:numPr", "w:numId"),
        value(element, "w:pPr", "w:numPr", "w:ilvl"),
    )
    outline = value(element, "w:pPr", "w:outlineLvl")
    hidden = switch(element, "w:rPr", "w:vanish")
    fonts = child(element, "w:rPr", "w:rFonts")
    return replace(
        above,
        id=name,
        name=(value(element, "w:name") or "").lower(),
        hidden=above.hidden if hidden is None else hidden,
        raised=value(element, "w:rPr", "w:vertAlign") or above.raised,
        font=(fonts is not None and attribute(fonts, "ascii")) or above.font,
        outline=above.outline if outline is None else _whole(outline),
        number=above.number if number is None else number,
        level=above.level if level is None else _whole(level),
        numbered_by=above.numbered_by if number is None else name,
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None
