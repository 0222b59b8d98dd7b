"""The rules of TBX-Basic, Min and Core (ISO 30042:2019): structure, categories and picklists.

An older martif gets the same checks under its own names, and one finding that says that it is old.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from align.datatypes import Finding, Severity
from align.errors import FormatError
from align.formats import findings, xml
from align.formats.xml import Element
from align.language import tags

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
MIN = "http://www.tbxinfo.net/ns/min"
BASIC = "http://www.tbxinfo.net/ns/basic"

# Which modules of data categories each dialect has (ISO 30042:2019, 9): Core has none.
DIALECTS = {"TBX-Basic": {MIN, BASIC}, "TBX-Min": {MIN}, "TBX-Core": frozenset[str]()}

_CONCEPT, _LANGUAGE, _TERM = "conceptEntry", "langSec", "termSec"
# The names of 2019 for what martif calls otherwise.
_NEW_NAMES = {
    "termEntry": _CONCEPT,
    "langSet": _LANGUAGE,
    "tig": _TERM,
    "ntig": _TERM,
    "martifHeader": "tbxHeader",
}
_AUXILIARY = frozenset(
    {"descrip", "descripGrp", "admin", "adminGrp", "transacGrp", "note", "ref", "xref"}
)
_TERM_NOTES = frozenset({"termNote", "termNoteGrp"})
_GROUP_HEADS = {
    "descripGrp": "descrip",
    "adminGrp": "admin",
    "transacGrp": "transac",
    "termNoteGrp": "termNote",
}
_IN_GROUPS = {
    "descripGrp": {"descripNote", "admin", "adminGrp", "transacGrp", "note", "ref", "xref"},
    "adminGrp": {"adminNote", "note", "ref", "xref"},
    "transacGrp": {"transacNote", "date", "note", "ref", "xref"},
    "termNoteGrp": {"admin", "adminGrp", "transacGrp", "note", "ref", "xref"},
}
_INLINE = frozenset({"hi", "foreign", "sc", "ec", "ph", "bpt", "ept", "it"})
_DATED = frozenset({"date"})


@dataclass(frozen=True, slots=True)
class _Category:
    """A data category: its element in DCA, its namespace in DCT, where it may be and its values."""

    element: str
    namespace: str
    levels: frozenset[str]
    values: frozenset[str] = frozenset()


_ALL = frozenset({_CONCEPT, _LANGUAGE, _TERM})
_UP = frozenset({_CONCEPT, _LANGUAGE})
_ENDS = frozenset({_CONCEPT, _TERM})
_ONLY_TERM = frozenset({_TERM})
_CATEGORIES = {
    "subjectField": _Category("descrip", MIN, frozenset({_CONCEPT})),
    "customerSubset": _Category("admin", MIN, _ENDS),
    "externalCrossReference": _Category("xref", MIN, _ALL),
    "administrativeStatus": _Category(
        "termNote",
        MIN,
        _ONLY_TERM,
        frozenset(
            f"{name}Term-admn-sts" for name in ("preferred", "admitted", "deprecated", "superseded")
        ),
    ),
    "partOfSpeech": _Category(
        "termNote", MIN, _ONLY_TERM, frozenset({"noun", "verb", "adjective", "adverb", "other"})
    ),
    "projectSubset": _Category("admin", BASIC, _ENDS),
    "source": _Category("admin", BASIC, _ALL),
    "context": _Category("descrip", BASIC, _ONLY_TERM),
    "definition": _Category("descrip", BASIC, _UP),
    "crossReference": _Category("ref", BASIC, _ENDS),
    "geographicalUsage": _Category("termNote", BASIC, _ONLY_TERM),
    "grammaticalGender": _Category(
        "termNote", BASIC, _ONLY_TERM, frozenset({"masculine", "feminine", "neuter", "other"})
    ),
    "termLocation": _Category(
        "termNote",
        BASIC,
        _ONLY_TERM,
        frozenset(
            {"checkBox", "comboBox", "comboBoxElement", "dialogBox", "groupBox", "menuItem"}
            | {"informativeMessage", "interactiveMessage", "progressBar", "pushButton"}
            | {"radioButton", "slider", "spinBox", "tab", "tableText", "textBox", "toolTip"}
            | {"user-definedType"}
        ),
    ),
    "termType": _Category(
        "termNote",
        BASIC,
        _ONLY_TERM,
        frozenset({"fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase"}),
    ),
    "transactionType": _Category(
        "transac", BASIC, _ALL, frozenset({"origination", "modification"})
    ),
    "responsibility": _Category("transacNote", BASIC, _ALL),
    "xGraphic": _Category("xref", BASIC, _UP),
}
_META = frozenset(category.element for category in _CATEGORIES.values()) | {
    "adminNote",
    "descripNote",
}
_ATTRIBUTES = {
    _CONCEPT: {"id"},
    _LANGUAGE: {xml.XML_LANG, "lang", "id"},
    _TERM: {"id"},
    "term": {"id"},
    "note": {"id", xml.XML_LANG},
    "date": {"id"},
}
_META_ATTRIBUTES = {"id", "type", "target", "datatype", "module", xml.XML_LANG}


def validate(path: xml.Source) -> list[Finding]:
    """What is wrong with a TBX, with line numbers; at most 100 findings of a rule, then a count.

    `tuid` of a finding is the concept's id. Raises InputError where the file is empty.
    """
    return findings.limited(check(path))


def check(path: xml.Source) -> Iterator[Finding]:
    """Every finding, in file order; of the concepts only ids and references are remembered."""
    name = xml.name_of(path)
    try:
        with xml.reading(path, name=name) as document:
            state = _State(document.name)
            yield from _root(document.root, state)
            records = ("refObjectSec", "tbxHeader", "martifHeader", "body")
            for element in document.records(*records, "conceptEntry", "termEntry"):
                kind = xml.local(element)
                if kind == "body":
                    yield from _after(element, state)
                elif kind == "refObjectSec":
                    yield from _ids(element, state, None)
                elif kind in {"tbxHeader", "martifHeader"}:
                    yield from _header(element, state)
                else:
                    yield from _entry(element, state)
            yield from _ending(state)
    except FormatError as error:
        yield findings.broken("tbx", name, error)


@dataclass(slots=True)
class _State:
    """What must be remembered from one record to the next."""

    file: str
    style: str = "dca"
    dialect: str = "TBX-Basic"
    old: bool = False
    headers: int = 0
    entries: int = 0
    ids: set[str] = field(default_factory=set)
    targets: dict[str, tuple[int, str | None]] = field(default_factory=dict)

    def found(
        self,
        rule: str,
        message: str,
        element: Element | int | None,
        concept: str | None = None,
        severity: Severity = "error",
    ) -> Finding:
        """A finding at an element or a line."""
        line = element if element is None or isinstance(element, int) else xml.line_of(element)
        return findings.finding(rule, severity, message, file=self.file, line=line, tuid=concept)


def _root(root: xml.Root, state: _State) -> Iterator[Finding]:
    """What the root says of itself: dialect, style, namespace."""
    line = root.line
    if root.tag == "martif":
        state.old = True
        message = "this is a martif, TBX as it was before 2019"
        yield state.found("tbx-old", message, line, severity="warning")
    elif root.tag != "tbx":
        yield state.found("tbx-root", f"the root element is <{root.tag}>, not <tbx>", line)
    elif root.namespace != NAMESPACE:
        shown = f"the namespace {root.namespace}" if root.namespace else "no namespace"
        yield state.found("tbx-namespace", f"<tbx> is in {shown}, not in {NAMESPACE}", line)
    kind = root.attributes.get("type")
    if kind in DIALECTS:
        state.dialect = kind
    else:
        message = f'the type of <{root.tag}> is "{kind}", none of: {", ".join(DIALECTS)}'
        yield state.found("tbx-type", message, line)
    style = root.attributes.get("style")
    if not state.old and style not in {"dca", "dct"}:
        yield state.found("tbx-style", f'the style is "{style}", neither "dca" nor "dct"', line)
    state.style = style if style in {"dca", "dct"} and style else "dca"
    lang = root.attributes.get(xml.XML_LANG)
    if lang is None:
        yield state.found("tbx-lang-missing", f"<{root.tag}> has no xml:lang", line)
    elif not tags.is_well_formed(lang):
        yield state.found("tbx-lang-form", f'the xml:lang "{lang}" is no language code', line)


def _ending(state: _State) -> Iterator[Finding]:
    """What only the whole file can tell: missing parts, targets that nothing answers to."""
    if not state.headers:
        yield state.found("tbx-header", "there is no tbxHeader", None)
    if not state.entries:
        yield state.found("tbx-no-concept", "there is no conceptEntry in the body", None)
    for target, (line, concept) in state.targets.items():
        if target not in state.ids:
            message = f'the target "{target}" is neither an id in this file nor a web address'
            yield state.found("tbx-target", message, line, concept)


def _header(element: Element, state: _State) -> Iterator[Finding]:
    """The header: once, first, with the parts that TBX demands."""
    state.headers += 1
    if state.headers > 1:
        yield state.found("tbx-header", "there is more than one header", element)
    if state.entries:
        yield state.found("tbx-order", "the header comes after the first concept", element)
    descriptions = [child for child in element if xml.local(child) == "fileDesc"]
    if len(descriptions) != 1:
        yield state.found("tbx-header", "the header needs one fileDesc", element)
    sources = [
        child
        for description in descriptions
        for child in description
        if xml.local(child) == "sourceDesc"
    ]
    if descriptions and not sources:
        yield state.found("tbx-header", "fileDesc has no sourceDesc", descriptions[0])
    for source in sources:
        texts = [child for child in source if xml.local(child) == "p"]
        if not texts or not any(xml.text_of(text).strip() for text in texts):
            yield state.found("tbx-header", "sourceDesc has no p with text", source)
    yield from _ids(element, state, None)


def _entry(entry: Element, state: _State) -> Iterator[Finding]:
    """One concept: its id, its place, its languages."""
    state.entries += 1
    concept = entry.get("id")
    parent = entry.getparent()
    if parent is None or xml.local(parent) != "body":
        yield state.found("tbx-structure", "a concept stands outside the body", entry, concept)
    else:
        yield from _before(entry, parent, state, concept)
    if concept is None:
        yield state.found("tbx-id-missing", "the concept has no id", entry)
    yield from _ids(entry, state, concept)
    yield from _attributes(entry, state, concept)
    sections: list[Element] = []
    seen: set[str] = set()
    for child in entry:
        name = _name(child)
        if name == _LANGUAGE:
            sections.append(child)
            code = (child.get(xml.XML_LANG) or child.get("lang") or "").lower()
            if code and code in seen:
                message = f"the concept has two sections for {code}"
                yield state.found("tbx-same-language", message, child, concept)
            seen.add(code)
            yield from _language(child, state, concept)
        else:
            if sections:
                message = f"<{name}> comes after a langSec"
                yield state.found("tbx-order", message, child, concept)
            yield from _auxiliary(child, _CONCEPT, state, concept)
    if not sections:
        yield state.found("tbx-structure", "the concept has no langSec", entry, concept)
    yield from _stray_text(entry, state, concept)


def _before(
    entry: Element, parent: Element, state: _State, concept: str | None
) -> Iterator[Finding]:
    """What stands between this concept and the one before it, or the body's beginning."""
    previous = entry.getprevious()
    text = parent.text if previous is None else previous.tail
    if text and not text.isspace():
        yield state.found("tbx-text", "there is text in <body>", entry, concept)
    while previous is not None and _name(previous) != _CONCEPT:
        message = f"<{xml.local(previous)}> is not allowed in <body>"
        yield state.found("tbx-structure", message, previous)
        previous = previous.getprevious()


def _after(body: Element, state: _State) -> Iterator[Finding]:
    """What stands between the last concept and the end of the body."""
    for child in reversed(body):
        if child.tail and not child.tail.isspace():
            yield state.found("tbx-text", "there is text in <body>", child)
        if _name(child) == _CONCEPT:
            break
        message = f"<{xml.local(child)}> is not allowed in <body>"
        yield state.found("tbx-structure", message, child)


def _language(section: Element, state: _State, concept: str | None) -> Iterator[Finding]:
    """One langSec: its code, and the terms under it."""
    code = section.get(xml.XML_LANG)
    if code is None:
        message = "the langSec has no xml:lang"
        yield state.found("tbx-lang-missing", message, section, concept)
    elif not tags.is_well_formed(code):
        message = f'the xml:lang "{code}" is no language code of BCP 47'
        yield state.found("tbx-lang-form", message, section, concept)
    yield from _attributes(section, state, concept)
    terms = 0
    for child in section:
        name = _name(child)
        if name == _TERM:
            terms += 1
            yield from _term_section(child, state, concept)
        else:
            if terms:
                message = f"<{name}> comes after a termSec"
                yield state.found("tbx-order", message, child, concept)
            yield from _auxiliary(child, _LANGUAGE, state, concept)
    if not terms:
        yield state.found("tbx-structure", "the langSec has no termSec", section, concept)
    yield from _stray_text(section, state, concept)


def _term_section(section: Element, state: _State, concept: str | None) -> Iterator[Finding]:
    """One termSec: one term, first, then what is said of it."""
    yield from _attributes(section, state, concept)
    children = list(section)
    if state.old:  # ntig keeps term and termNotes in a termGrp
        children = [
            inner
            for child in children
            for inner in (child if xml.local(child) == "termGrp" else (child,))
        ]
    names = [_name(child) for child in children]
    count = names.count("term")
    if count != 1:
        message = "the termSec has no term" if not count else f"the termSec has {count} terms"
        yield state.found("tbx-term", message, section, concept)
    elif names[0] != "term":
        message = f"the termSec begins with <{names[0]}>, not with its term"
        yield state.found("tbx-order", message, children[0], concept)
    late = False
    seen: set[str] = set()
    for child, name in zip(children, names, strict=True):
        if name == "term":
            if not xml.text_of(child).strip():
                yield state.found("tbx-term", "the term is empty", child, concept)
            yield from _attributes(child, state, concept)
            yield from _text_only(child, state, concept)
            continue
        note = _is_term_note(child)
        if note and late and not state.old:
            message = f"<{name}> comes after what must stand behind the termNotes"
            yield state.found("tbx-order", message, child, concept)
        late = late or not note
        category = child.get("type") if name == "termNote" else name
        if note and category in _CATEGORIES:
            if category in seen:
                message = f"the term has two values of {category}"
                yield state.found("tbx-twice", message, child, concept, "warning")
            seen.add(category or "")
        yield from _auxiliary(child, _TERM, state, concept)
    yield from _stray_text(section, state, concept)


def _is_term_note(element: Element) -> bool:
    name = xml.local(element)
    category = _CATEGORIES.get(name)
    return name in _TERM_NOTES or (category is not None and category.element == "termNote")


def _auxiliary(
    element: Element, level: str, state: _State, concept: str | None
) -> Iterator[Finding]:
    """What is said of a concept, a language or a term: of a known category, at a fitting level."""
    name = _name(element)
    if not name:
        message = f"the entity &{getattr(element, 'name', '')}; is not declared"
        yield state.found("tbx-entity", message, element, concept)
        return
    known = name in _AUXILIARY or (level == _TERM and name in _TERM_NOTES)
    if _in_style(element):
        yield from _tag(element, level, state, concept)
    elif not known and name not in {"transacNote", "adminNote", "descripNote", "date"}:
        message = f"<{name}> is not allowed in <{level}>"
        yield state.found("tbx-structure", message, element, concept)
    elif name in _GROUP_HEADS:
        yield from _group(element, name, level, state, concept)
    else:
        yield from _item(element, level, state, concept)


def _in_style(element: Element) -> bool:
    """Whether an element is a data category as a tag (DCT)."""
    tag = element.tag
    return isinstance(tag, str) and tag.startswith((f"{{{MIN}}}", f"{{{BASIC}}}"))


def _group(
    element: Element, name: str, level: str, state: _State, concept: str | None
) -> Iterator[Finding]:
    """A group such as transacGrp: its head first, and what may follow."""
    yield from _stray_text(element, state, concept)
    children = list(element)
    head = _GROUP_HEADS[name]
    if not children or not (xml.local(children[0]) == head or _in_style(children[0])):
        message = f"<{name}> does not begin with its {head}"
        yield state.found("tbx-order", message, element, concept)
    for index, child in enumerate(children):
        kind = _name(child)
        if _in_style(child):
            yield from _tag(child, level, state, concept)
        elif (index and kind not in _IN_GROUPS[name]) or (not index and kind != head):
            message = f"<{kind}> is not allowed in <{name}>"
            yield state.found("tbx-structure", message, child, concept)
        elif kind in _GROUP_HEADS:
            yield from _group(child, kind, level, state, concept)
        else:
            yield from _item(child, level, state, concept)


def _item(element: Element, level: str, state: _State, concept: str | None) -> Iterator[Finding]:
    """A category as an attribute (DCA), a note or a date."""
    name = xml.local(element)
    if name in _DATED:
        text = (element.text or "").strip()
        if not _is_date(text):
            message = f'the date "{text}" is not of the form 2024-02-29'
            yield state.found("tbx-date", message, element, concept)
    if name not in _META:
        yield from _attributes(element, state, concept)
        yield from _text_only(element, state, concept)
        return
    for key in element.attrib:
        if key not in _META_ATTRIBUTES:
            yield state.found("tbx-unknown-attribute", _unknown(name, key), element, concept)
    if state.style == "dct":
        message = f"<{name}> is of the dca style in a file of the dct style"
        yield state.found("tbx-style", message, element, concept)
    kind = element.get("type")
    if not kind:
        yield state.found("tbx-category", f"<{name}> has no type", element, concept)
        return
    category = _category(kind, state)
    if category is None or category.element != name:
        message = f'"{kind}" is not a data category of {state.dialect} for <{name}>'
        yield state.found("tbx-category", message, element, concept)
        return
    yield from _value(element, kind, category, level, state, concept)


def _tag(element: Element, level: str, state: _State, concept: str | None) -> Iterator[Finding]:
    """A category as a tag (DCT)."""
    kind = xml.local(element)
    if state.style != "dct":
        message = f"<{kind}> is of the dct style in a file of the dca style"
        yield state.found("tbx-style", message, element, concept)
    category = _category(kind, state)
    if category is None:
        message = f'"{kind}" is not a data category of {state.dialect}'
        yield state.found("tbx-category", message, element, concept)
        return
    if not str(element.tag).startswith(f"{{{category.namespace}}}"):
        message = f"<{kind}> belongs to the namespace {category.namespace}"
        yield state.found("tbx-namespace", message, element, concept)
    yield from _value(element, kind, category, level, state, concept)


def _category(kind: str, state: _State) -> _Category | None:
    """A data category, where the file's dialect has it."""
    category = _CATEGORIES.get(kind)
    return category if category and category.namespace in DIALECTS[state.dialect] else None


def _value(
    element: Element,
    kind: str,
    category: _Category,
    level: str,
    state: _State,
    concept: str | None,
) -> Iterator[Finding]:
    """A data category: whether it may stand at this level, and has one of its values."""
    if level not in category.levels:
        allowed = ", ".join(sorted(category.levels))
        message = f"{kind} is not allowed in <{level}>, only in: {allowed}"
        yield state.found("tbx-level", message, element, concept)
    text = xml.text_of(element)
    if category.values and text not in category.values:
        allowed = ", ".join(sorted(category.values))
        message = f'the {kind} "{text}" is none of: {allowed}'
        yield state.found("tbx-picklist", message, element, concept)
    elif not text.strip() and category.element not in {"ref", "xref"}:
        yield state.found("tbx-empty", f"the {kind} is empty", element, concept, "warning")
    target = element.get("target")
    if category.element == "xref":
        if not re.match(r"https?://.+", target or ""):
            message = f"the {kind} needs a target that is a web address"
            yield state.found("tbx-target", message, element, concept)
    elif target is not None and not re.match(r"https?://.+", target):
        state.targets.setdefault(target, (xml.line_of(element), concept))
    elif target is None and category.element == "ref":
        yield state.found("tbx-target", f"the {kind} has no target", element, concept)
    yield from _text_only(element, state, concept)


def _text_only(element: Element, state: _State, concept: str | None) -> Iterator[Finding]:
    """Only inline elements may stand in a text."""
    for child in element.iterdescendants():
        name = xml.local(child)
        if not name:
            message = f"the entity &{getattr(child, 'name', '')}; is not declared"
            yield state.found("tbx-entity", message, child, concept)
        elif name not in _INLINE:
            message = f"<{name}> is not allowed in <{xml.local(element)}>"
            yield state.found("tbx-structure", message, child, concept)


def _stray_text(element: Element, state: _State, concept: str | None) -> Iterator[Finding]:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and not text.isspace() for text in texts):
        message = f"there is text in <{xml.local(element)}>, outside its elements"
        yield state.found("tbx-text", message, element, concept)


def _attributes(element: Element, state: _State, concept: str | None) -> Iterator[Finding]:
    known = _ATTRIBUTES.get(_name(element))
    for key in element.attrib if known is not None else ():
        if known is not None and key not in known:
            message = _unknown(xml.local(element), key)
            yield state.found("tbx-unknown-attribute", message, element, concept)


def _unknown(name: str, key: str | bytes) -> str:
    shown = str(key).replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
    return f"<{name}> has an attribute {shown}, which TBX does not know"


def _ids(element: Element, state: _State, concept: str | None) -> Iterator[Finding]:
    """Every id in an element is an XML id, and no other element has it."""
    for item in element.iter():
        identifier = item.get("id") if isinstance(item.tag, str) else None
        if identifier is None:
            continue
        if not xml.is_id(identifier):
            message = f'the id "{identifier}" is no XML id: it must begin with a letter'
            yield state.found("tbx-id", message, item, concept)
        if identifier in state.ids:
            message = f'the id "{identifier}" is there twice'
            yield state.found("tbx-duplicate-id", message, item, concept)
        state.ids.add(identifier)


def _name(element: Element) -> str:
    name = xml.local(element)
    return _NEW_NAMES.get(name, name)


def _is_date(text: str) -> bool:
    """Whether a text is a day that exists, written YYYY-MM-DD."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
