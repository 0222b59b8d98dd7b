"""The rules of TMX 1.1 to 1.4: the structure of each version's DTD, and what no DTD can say.

Streaming, with line numbers; a rule's name is stable. Errors are what the standard forbids or what
makes a unit useless; warnings what tools stumble over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from align.datatypes import Finding, Severity
from align.errors import FormatError
from align.formats import findings, tmx_dtd, xml
from align.formats.tmx_fields import date
from align.formats.xml import Element
from align.language import tags

_SEGTYPES = frozenset({"block", "paragraph", "sentence", "phrase"})
_MOST_SOUND = 1_000
_WITH_TEXT = tmx_dtd.CODES | {"hi", "seg", "sub", "note", "prop"}


def validate(path: xml.Source) -> list[Finding]:
    """What is wrong with a TMX, with line numbers; at most 100 findings of a rule, then a count.

    Raises InputError where the file is empty; whatever else is wrong with it is a finding.
    """
    return examine(path)[0]


def examine(path: xml.Source) -> tuple[list[Finding], int]:
    """What `validate` says, and how many units the file holds."""
    state = _State(xml.name_of(path))
    return findings.limited(_check(path, state)), state.units


def check(path: xml.Source) -> Iterator[Finding]:
    """Every finding, in file order, in bounded memory (but for the tuids already seen)."""
    yield from _check(path, _State(xml.name_of(path)))


def _check(path: xml.Source, state: _State) -> Iterator[Finding]:
    """The findings of a file, record by record, as a stream."""
    name = state.file
    try:
        with xml.reading(path, name=name) as document:
            state.file = document.name
            yield from _root(document.root, state)
            for element in document.records("tmx", "header", "body", "tu"):
                if (rules := _RECORDS.get(xml.local(element))) is not None:
                    yield from rules(element, state)
            if document.root.tag == "tmx":
                yield from _ending(state)
    except FormatError as error:
        yield findings.broken("tmx", name, error)


@dataclass(slots=True)
class _State:
    """What must be remembered from one record to the next."""

    file: str
    grammar: tmx_dtd.Grammar = field(default_factory=lambda: tmx_dtd.grammar(tmx_dtd.LATEST))
    header: bool = False
    bodies: int = 0
    srclang: str = ""
    units: int = 0
    tuids: set[str] = field(default_factory=set)
    sound: set[tuple[object, ...]] = field(default_factory=set)  # elements, attributes: no finding

    def error(
        self, rule: str, message: str, element: Element | int | None, tuid: str | None = None
    ) -> Finding:
        return self.found(rule, "error", message, element, tuid)

    def warning(
        self, rule: str, message: str, element: Element | int | None, tuid: str | None = None
    ) -> Finding:
        return self.found(rule, "warning", message, element, tuid)

    def found(
        self,
        rule: str,
        severity: Severity,
        message: str,
        element: Element | int | None,
        tuid: str | None = None,
    ) -> Finding:
        """A finding at an element or a line, of the unit that is being read."""
        line = element if element is None or isinstance(element, int) else xml.line_of(element)
        unit = self.units - 1 if self.units else None
        return findings.finding(
            rule, severity, message, file=self.file, line=line, tuid=tuid, unit=unit
        )


def _root(root: xml.Root, state: _State) -> Iterator[Finding]:
    """What the root says of itself: version, DOCTYPE, namespace, encoding."""
    if root.tag != "tmx":
        yield state.error("tmx-root", f"the root element is <{root.tag}>, not <tmx>", root.line)
        return
    if root.namespace:
        message = f"<tmx> is in the namespace {root.namespace}; TMX has none"
        yield state.error("tmx-namespace", message, root.line)
    version = root.attributes.get("version")
    if version is None:
        yield state.error("tmx-version", "<tmx> has no version", root.line)
    elif version not in tmx_dtd.VERSIONS:
        message = f'the version is "{version}", not "1.4"'
        yield state.error("tmx-version", message, root.line)
    elif version != tmx_dtd.LATEST:
        message = f"TMX {version} is judged by its own rules; 1.4 is what tools write today"
        yield state.found("tmx-version", "info", message, root.line)
    state.grammar = tmx_dtd.grammar(version or tmx_dtd.LATEST)
    for name in root.attributes.keys() - {"version"}:
        message = f"<tmx> has an attribute {_shown(name)}, which TMX does not know"
        yield state.error("tmx-unknown-attribute", message, root.line)
    if root.doctype is None:
        doctype = state.grammar.doctype
        message = f'there is no <!DOCTYPE tmx SYSTEM "{doctype}">; some tools look for it'
        yield state.warning("tmx-doctype", message, root.line)
    elif root.doctype != "tmx":
        yield state.error("tmx-doctype", f"the document type is {root.doctype}, not tmx", root.line)
    if root.encoding not in {"utf-8", "utf-16", "us-ascii", "ascii"}:
        message = f"the encoding is {root.encoding}; TMX allows UTF-8, UTF-16 and US-ASCII"
        yield state.error("tmx-encoding", message, root.line)


def _ending(state: _State) -> Iterator[Finding]:
    if state.bodies and not state.units:
        yield state.found("tmx-no-units", "info", "there is no tu in the file", None)


def _tmx(element: Element, state: _State) -> Iterator[Finding]:
    """What only the whole file can tell: that there is one header and one body."""
    yield from _after(element, "body", state)
    if not state.header:
        yield state.error("tmx-no-header", "<tmx> has no header", element)
    if not state.bodies:
        yield state.error("tmx-no-body", "<tmx> has no body", element)
    elif state.bodies > 1:
        yield state.error("tmx-second-body", "<tmx> has more than one body", element)


def _body(element: Element, state: _State) -> Iterator[Finding]:
    state.bodies += 1
    yield from _attributes(element, "body", state, None)
    yield from _before(element, "tmx", {"header", "body"}, state, None)
    yield from _after(element, "tu", state)


def _header(element: Element, state: _State) -> Iterator[Finding]:
    """The header: once, first, with the attributes that TMX demands."""
    if state.header:
        yield state.error("tmx-second-header", "<tmx> has more than one header", element)
    if state.units:
        yield state.error("tmx-order", "the header comes after the body", element)
    state.header = True
    for name in tmx_dtd.HEADER_REQUIRED:
        if element.get(name) is None:
            message = f"the header has no {name}, which TMX requires"
            yield state.error("tmx-header-attribute", message, element)
        elif not (element.get(name) or "").strip():
            yield state.error("tmx-header-attribute", f"the header's {name} is empty", element)
    state.srclang = element.get("srclang") or ""
    yield from _before(element, "tmx", {"header", "body"}, state, None)
    yield from _attributes(element, "header", state, None)
    yield from _inside(element, "header", state, None)


def _tu(element: Element, state: _State) -> Iterator[Finding]:
    """One tu: its id, its attributes, what is inside, and whether its tuvs make a pair."""
    tuid = element.get("tuid")
    if not state.units and not state.header:
        yield state.error("tmx-order", "the first tu comes before any header", element, tuid)
    state.units += 1
    yield from _before(element, "body", {"tu"}, state, tuid)
    if tuid is not None:
        if tuid in state.tuids:
            message = f'another tu has the tuid "{tuid}" already'
            yield state.warning("tmx-duplicate-tuid", message, element, tuid)
        state.tuids.add(tuid)
        if tuid.split() != [tuid]:
            message = f'the tuid "{tuid}" is empty or holds white space'
            yield state.error("tmx-tuid", message, element, tuid)
    yield from _attributes(element, "tu", state, tuid)
    yield from _inside(element, "tu", state, tuid)
    yield from _pair(element, state, tuid)


def _pair(element: Element, state: _State, tuid: str | None) -> Iterator[Finding]:
    """A tu needs two tuvs, and one of them in the source language."""
    tuvs = [child for child in element if xml.local(child) == "tuv"]
    codes = [tuv.get(xml.XML_LANG) or tuv.get("lang") or "" for tuv in tuvs]
    if not tuvs:
        yield state.error("tmx-no-tuv", "the tu has no tuv", element, tuid)
        return
    if len(tuvs) == 1:
        yield state.error("tmx-one-tuv", f"the tu has one tuv only ({codes[0]})", element, tuid)
    wanted = element.get("srclang")
    wanted = state.srclang if wanted is None else wanted
    if wanted and wanted.lower() != "*all*":
        if wanted.lower() not in (code.lower() for code in codes):
            found = ", ".join(code or "none" for code in codes)
            message = f"no tuv is in the source language {wanted} (found: {found})"
            yield state.error("tmx-srclang", message, element, tuid)
        elif wanted not in codes:
            found = next(code for code in codes if code.lower() == wanted.lower())
            message = f"the source language is written {wanted} and {found}; write one form"
            yield state.warning("tmx-srclang-case", message, element, tuid)
    seen: set[str] = set()
    for tuv, code in zip(tuvs, codes, strict=True):
        if code and code.lower() in seen:
            message = f"another tuv of this tu is in {code} already"
            yield state.warning("tmx-same-language", message, tuv, tuid)
        seen.add(code.lower())


def _before(
    element: Element, within: str, siblings: set[str], state: _State, tuid: str | None
) -> Iterator[Finding]:
    """What stands between this record and the one before it, or the beginning of its parent.

    Checked here, as the parent of a large file is never whole in memory.
    """
    parent, previous = element.getparent(), element.getprevious()
    name = xml.local(element)
    if parent is None or xml.local(parent) != within:
        yield state.error("tmx-structure", f"<{name}> stands outside <{within}>", element, tuid)
        return
    text = parent.text if previous is None else previous.tail
    if text and not text.isspace():
        yield state.error("tmx-text", f"text in <{within}>: {_excerpt(text)}", element, tuid)
    while previous is not None and xml.local(previous) not in siblings:
        yield from _stranger(previous, within, state)
        previous = previous.getprevious()


def _after(parent: Element, last: str, state: _State) -> Iterator[Finding]:
    """What stands between the last record in `parent` and its end."""
    children: list[Element] = []
    for child in reversed(parent):
        if xml.local(child) == last:
            if child.tail and not child.tail.isspace():
                message = f"text in <{xml.local(parent)}>: {_excerpt(child.tail)}"
                yield state.error("tmx-text", message, child)
            break
        children.append(child)
    if len(children) < len(parent):
        for child in reversed(children):
            yield from _stranger(child, xml.local(parent), state)


def _stranger(
    element: Element, within: str, state: _State, tuid: str | None = None
) -> Iterator[Finding]:
    """An element that must not stand here, known to TMX or not."""
    kind = xml.local(element)
    known = kind in state.grammar.attributes
    what = "allowed in" if known else "an element of TMX; it is in"
    rule = "tmx-structure" if known else "tmx-unknown-element"
    yield state.error(rule, f"<{kind}> is not {what} <{within}>", element, tuid)


def _inside(element: Element, name: str, state: _State, tuid: str | None) -> Iterator[Finding]:
    """Structure, order, attributes and content of everything in a header, a tu or a tuv."""
    allowed = state.grammar.children[name]
    late = ""
    text = element.text
    for child in element:
        if text and not text.isspace():
            yield state.error("tmx-text", f"text in <{name}>: {_excerpt(text)}", element, tuid)
        text = child.tail
        kind = xml.local(child)
        if kind not in allowed:
            yield from _misplaced(child, kind, name, state, tuid)
            continue
        if kind == "tuv" or kind == "seg":
            late = kind
        elif late:
            message = f"<{kind}> comes after <{late}>"
            yield state.error("tmx-order", message, child, tuid)
        # Units have the same few attributes over and over.
        marks = (kind, *child.items())
        if marks not in state.sound:
            wrong = list(_attributes(child, kind, state, tuid))
            yield from wrong
            if not wrong and len(state.sound) < _MOST_SOUND:
                state.sound.add(marks)
        if kind == "tuv":
            yield from _tuv(child, state, tuid)
        elif kind == "seg":
            yield from _seg(child, state, tuid)
        elif kind == "ude":
            yield from _ude(child, state)
        elif len(child):
            yield from _content(child, kind, state, tuid)
    if text and not text.isspace():
        yield state.error("tmx-text", f"text in <{name}>: {_excerpt(text)}", element, tuid)


def _tuv(element: Element, state: _State, tuid: str | None) -> Iterator[Finding]:
    wanted = state.grammar.language
    code = element.get(wanted)
    if code is None:
        other = "lang" if wanted == xml.XML_LANG else xml.XML_LANG
        code = element.get(other)
        message = f"the tuv has no {_shown(wanted)}"
        if code is not None:
            form = "a form of TMX 1.1 and 1.2" if other == "lang" else "a form of TMX 1.3 and 1.4"
            message = f"the tuv has {_shown(other)}, not {_shown(wanted)} ({form})"
        yield state.error("tmx-lang-missing", message, element, tuid)
        # xml:lang is examined as an attribute, wherever it stands.
        if code is not None and other == "lang":
            yield from _language(code, other, element, state, tuid)
    elif wanted == "lang":
        yield from _language(code, wanted, element, state, tuid)
    segs = [xml.local(child) for child in element].count("seg")
    if segs != 1:
        message = "the tuv has no seg" if not segs else f"the tuv has {segs} segs, not one"
        yield state.error("tmx-seg-count", message, element, tuid)
    yield from _inside(element, "tuv", state, tuid)


def _ude(element: Element, state: _State) -> Iterator[Finding]:
    if not element.get("name"):
        yield state.error("tmx-ude", "the ude has no name", element)
    yield from _content(element, "ude", state, None)
    needs_base = False
    for child in element:
        yield from _attributes(child, xml.local(child), state, None)
        if not re.fullmatch(r"#x[0-9A-Fa-f]+", child.get("unicode") or ""):
            message = "a map needs unicode, of the form #xF8FF"
            yield state.error("tmx-ude", message, child)
        needs_base = needs_base or child.get("code") is not None
    if needs_base and not element.get("base"):
        yield state.error("tmx-ude", "a ude whose maps have code needs base", element)


def _seg(element: Element, state: _State, tuid: str | None) -> Iterator[Finding]:
    text = xml.text_of(element)
    if not text or text.isspace():
        yield state.warning("tmx-empty-seg", "the seg is empty", element, tuid)
    if not len(element):
        return
    yield from _inline(element, "seg", state, tuid)
    opened: dict[str, Element] = {}
    closed: set[str] = set()
    for child in _running(element):
        name = xml.local(child)
        if name not in {"bpt", "ept"}:
            continue
        i = child.get("i")
        if i is None:
            yield state.error("tmx-inline-i", f"the {name} has no i", child, tuid)
        elif name == "bpt":
            if i in opened:
                yield state.error("tmx-inline-pair", f'two bpt have i="{i}"', child, tuid)
            opened[i] = child
        elif i in closed:
            yield state.error("tmx-inline-pair", f'two ept have i="{i}"', child, tuid)
        elif i not in opened:
            yield state.error("tmx-inline-pair", f'no bpt before this ept has i="{i}"', child, tuid)
            closed.add(i)
        else:
            closed.add(i)
    for i, child in opened.items():
        if i not in closed:
            yield state.error("tmx-inline-pair", f'no ept after this bpt has i="{i}"', child, tuid)


def _running(element: Element) -> Iterator[Element]:
    """The inline elements of one flow: those in hi too, not those in a sub, a flow of its own."""
    for child in element:
        yield child
        if xml.local(child) == "hi":
            yield from _running(child)


def _inline(element: Element, name: str, state: _State, tuid: str | None) -> Iterator[Finding]:
    yield from _content(element, name, state, tuid)
    for child in element:
        kind = xml.local(child)
        yield from _attributes(child, kind, state, tuid)
        if kind == "it" and child.get("pos") not in {"begin", "end"}:
            yield state.error("tmx-inline-pos", "an it needs pos, begin or end", child, tuid)
        if kind == "ph" and child.get("assoc") not in {None, "p", "f", "b"}:
            yield state.error("tmx-inline-assoc", "the assoc of a ph is p, f or b", child, tuid)
        if kind == "ut" and state.grammar.version == tmx_dtd.LATEST:
            message = "ut is deprecated in TMX 1.4; use bpt, ept, it or ph"
            yield state.found("tmx-inline-ut", "info", message, child, tuid)
        if kind in state.grammar.children:
            yield from _inline(child, kind, state, tuid)


def _attributes(element: Element, name: str, state: _State, tuid: str | None) -> Iterator[Finding]:
    """The attributes of any element: known ones, with dates, codes and numbers that are some."""
    known = state.grammar.attributes.get(name)
    if known is None:
        return
    if name == "prop" and not element.get("type"):
        yield state.error("tmx-prop-type", "the prop has no type", element, tuid)
    for key, value in cast(list[tuple[str, str]], element.items()):
        if key not in known:
            version = state.grammar.version
            message = f"<{name}> has an attribute {_shown(key)}, which TMX {version} does not know"
            yield state.error("tmx-unknown-attribute", message, element, tuid)
        elif key in _VALUES and not _VALUES[key](value):
            yield from _value(element, name, key, value, state, tuid)
        elif key == "type" and name == "prop" and value and not value.startswith("x-"):
            message = f'the prop type "{value}" is a tool\'s own and should start with "x-"'
            yield state.found("tmx-prop-prefix", "info", message, element, tuid)


def _value(
    element: Element, name: str, key: str, value: str, state: _State, tuid: str | None
) -> Iterator[Finding]:
    """The finding for an attribute whose value is not of its kind."""
    if key.endswith("date"):
        message = f'the {key} "{value}" of the {name} is not a date YYYYMMDDThhmmssZ'
        yield state.error("tmx-date", message, element, tuid)
    elif key == "segtype":
        message = f'the segtype "{value}" is none of block, paragraph, sentence, phrase'
        yield state.error("tmx-segtype", message, element, tuid)
    elif key == "usagecount":
        message = f'the usagecount "{value}" is not a number'
        yield state.error("tmx-usagecount", message, element, tuid)
    else:
        yield from _language(value, _shown(key), element, state, tuid)


def is_date(text: str) -> bool:
    """Whether `text` is a moment that exists, written YYYYMMDDThhmmssZ.

    >>> is_date("20240229T235959Z"), is_date("20230229T000000Z"), is_date("2024-02-29")
    (True, False, False)
    """
    return date(text) == text


# What the values of some attributes must be, wherever these stand. srclang may be *all* as well.
_VALUES: dict[str, Callable[[str], bool]] = {
    "creationdate": is_date,
    "changedate": is_date,
    "lastusagedate": is_date,
    "segtype": _SEGTYPES.__contains__,
    "usagecount": lambda value: value.isascii() and value.isdigit(),
    "adminlang": lambda value: not value.strip() or tags.is_well_formed(value),
    "srclang": lambda value: value.lower() in {"", "*all*"} or tags.is_well_formed(value),
    xml.XML_LANG: tags.is_well_formed,
}


def _language(
    code: str, what: str, element: Element, state: _State, tuid: str | None
) -> Iterator[Finding]:
    if not tags.is_well_formed(code):
        message = f'the {what} "{code}" is not a language code of BCP 47, such as zh-CN'
        yield state.error("tmx-lang-form", message, element, tuid)


def _content(element: Element, name: str, state: _State, tuid: str | None) -> Iterator[Finding]:
    """Children that are not allowed here, unknown ones, and text where none may be."""
    allowed = state.grammar.children.get(name, frozenset())
    stray = [element.text] if name not in _WITH_TEXT else []
    for child in element:
        kind = xml.local(child)
        if name not in _WITH_TEXT:
            stray.append(child.tail)
        if kind not in allowed:
            yield from _misplaced(child, kind, name, state, tuid)
    for text in stray:
        if text and not text.isspace():
            yield state.error("tmx-text", f"text in <{name}>: {_excerpt(text)}", element, tuid)


def _misplaced(
    element: Element, kind: str, within: str, state: _State, tuid: str | None
) -> Iterator[Finding]:
    if kind:
        yield from _stranger(element, within, state, tuid)
    else:
        message = f"the entity &{getattr(element, 'name', '')}; is not declared"
        yield state.error("tmx-entity", message, element, tuid)


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _shown(key: str) -> str:
    return key.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")


_RECORDS = {"tmx": _tmx, "header": _header, "body": _body, "tu": _tu}
