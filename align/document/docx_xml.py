"""Names of WordprocessingML, in its transitional and its strict form alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
}
_OFF = frozenset(("0", "false", "off", "none"))


@lru_cache(4096)
def _short(name: str) -> str:
    namespace, _, local = name[1:].rpartition("}") if name[:1] == "{" else ("", "", name)
    return f"{_PREFIXES.get(namespace, '')}:{local}"


def tag(element: Any) -> str:
    """``w:p`` for an element of either form; without a prefix (``:p``) where it is not Word's."""
    return _short(element.tag) if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute of Word's own namespace, by its local name."""
    for key, value in element.attrib.items():
        if _short(str(key)) in (f"w:{name}", f":{name}"):
            return str(value)
    return None


def child(element: Any, *path: str) -> Any | None:
    """The first element at the end of a path of tags, None where there is none."""
    for step in path:
        element = next((one for one in element if tag(one) == step), None)
        if element is None:
            return None
    return element


def children(element: Any, name: str) -> Iterator[Any]:
    """The child elements with a tag."""
    return (one for one in element if tag(one) == name)


def value(element: Any, *path: str) -> str | None:
    """``w:val`` of the element at the end of a path, None where there is none."""
    found = child(element, *path)
    return None if found is None else attribute(found, "val")


def switch(element: Any, *path: str) -> bool | None:
    """Whether a switch such as ``w:vanish`` is on; None where it is not there."""
    found = child(element, *path)
    if found is None:
        return None
    return (attribute(found, "val") or "1").lower() not in _OFF
