"""Formulas of Office documents (OMML) in one line: x^2, (a+b)/c, √(x), Σ_1^n."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

_SKIPPED = frozenset(
    "rPr ctrlPr fPr sSupPr sSubPr sSubSupPr radPr naryPr dPr accPr barPr boxPr funcPr mPr eqArrPr "
    "limLowPr limUppPr groupChrPr phantPr sPrePr borderBoxPr oMathParaPr argPr".split()
)


def formula(element: Any) -> str:
    """The text of an ``m:oMath`` or of a part of one. A sign stands where the page has a place."""
    return "".join(_pieces(element))


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        kind = _local(child)
        if kind == "t":
            yield child.text or ""
        elif kind == "r":
            yield from _pieces(child)
        elif kind in _SKIPPED or kind == "del":
            continue
        else:
            yield _structure(kind, child)


def _structure(kind: str, element: Any) -> str:
    parts: dict[str, list[str]] = {}
    for child in element:
        parts.setdefault(_local(child), []).append(formula(child))
    one = {name: texts[0] for name, texts in parts.items()}
    base, over, under = one.get("e", ""), one.get("sup", ""), one.get("sub", "")
    raised = (f"_{_grouped(under)}" if under else "") + (f"^{_grouped(over)}" if over else "")
    match kind:
        case "sSup" | "sSub" | "sSubSup":
            return base + raised
        case "sPre":
            return raised + base
        case "f":
            return f"{_grouped(one.get('num', ''))}/{_grouped(one.get('den', ''))}"
        case "rad":
            return f"{one.get('deg', '')}√{_grouped(base)}"
        case "nary":
            return f"{_property(element, 'naryPr', 'chr', '∫')}{raised} {base}"
        case "d":
            opening = _property(element, "dPr", "begChr", "(")
            closing = _property(element, "dPr", "endChr", ")")
            between = _property(element, "dPr", "sepChr", "|")
            return opening + between.join(parts.get("e", [])) + closing
        case "func":
            return f"{one.get('fName', '')} {base}"
        case "limLow":
            return f"{base}_{_grouped(one.get('lim', ''))}"
        case "limUpp":
            return f"{base}^{_grouped(one.get('lim', ''))}"
        case "m" | "eqArr":
            rows = parts.get("mr", parts.get("e", []))
            return "; ".join(rows)
        case "mr":
            return ", ".join(parts.get("e", []))
    return formula(element)


def _grouped(text: str) -> str:
    """In brackets where several signs belong together."""
    bare = text.strip()
    return bare if len(bare) <= 1 or bare.isalnum() else f"({bare})"


def _property(element: Any, holder: str, name: str, default: str) -> str:
    for child in element:
        if _local(child) == holder:
            for one in child:
                if _local(one) == name:
                    return next((str(v) for k, v in one.attrib.items() if k.endswith("val")), "")
    return default
