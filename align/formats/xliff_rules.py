"""The rules of XLIFF 1.2 and 2.x that a file must keep to be translated and come back whole.

The schema of its version, which align.formats.xliff_grammar has as tables, and beyond it what no
schema can say: ids that are used twice, codes that the target lost or invented, segments of a
target that the source does not have, a state that claims more than there is. Streaming, with lines.
OASIS XLIFF 1.2 (2008); XLIFF 2.1 (2018), sections 4.2 and 4.7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from align.datatypes import Finding, Severity
from align.errors import FormatError
from align.formats import findings, xliff_grammar, xml
from align.language import tags

_CODES_1 = frozenset("g x bx ex bpt ept ph it".split())
_CODES_2 = frozenset("ph pc sc ec".split())
_NAMESPACE_2 = "urn:oasis:names:tc:xliff:document:2."
_NAMESPACE_1 = "urn:oasis:names:tc:xliff:document:1."
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}"
_ROWS = 4096  # rows of children whose answer is kept; a file of a tool has some dozens
_ROW_LENGTH = 32  # and of so many children at most, so that what is kept is bounded


def validate(path: xml.Source) -> list[Finding]:
    """What is wrong with an XLIFF, with line numbers; at most 100 findings of a rule, then a count.

    Raises InputError where the file is empty; whatever else is wrong with it is a finding.
    """
    found: list[Finding] = []
    name = xml.name_of(path)
    try:
        with xml.reading(path) as document:
            name = document.name
            root = document.root
            check = _Check(document.name)
            found += check.root(root)
            if root.tag == "xliff":
                for element in document.records(*check.parts):
                    found += check.element(element)
                found += check.end()
    except FormatError as error:
        found.append(findings.broken("xliff", name, error))
    return findings.limited(found)


class _Check:
    def __init__(self, name: str) -> None:
        self.name = name
        self.version = "1"
        self.namespace = ""
        self.grammar = xliff_grammar.grammar("1")
        self._rows: dict[tuple[str, ...], bool] = {}
        self.units = 0
        self.files = 0
        self.codes: tuple[str, str] = ("", "")
        self._ids: set[str] = set()  # of the units of the file element that is being read
        self._file_ids: set[str] = set()

    def _finding(
        self,
        rule: str,
        message: str,
        line: int,
        severity: Severity = "error",
        unit: str | None = None,
    ) -> Finding:
        return findings.finding(
            f"xliff-{rule}", severity, message, file=self.name, line=line, tuid=unit
        )

    def root(self, root: xml.Root) -> Iterator[Finding]:
        """What the root element says of the whole."""
        if root.tag != "xliff":
            yield self._finding("root", f"the root element is <{root.tag}>, not <xliff>", root.line)
            return
        version = root.attributes.get("version", "")
        self.version = "2" if version.startswith("2") else "1"
        self.namespace = root.namespace
        self.grammar = xliff_grammar.grammar(self.version)
        known = {"1": ("1.0", "1.1", "1.2"), "2": ("2.0", "2.1", "2.2")}[self.version]
        if version not in known:
            yield self._finding("version", f"the version is {version or 'missing'}", root.line)
        wanted = _NAMESPACE_2 if self.version == "2" else _NAMESPACE_1
        if version not in ("1.0", "") and not root.namespace.startswith(wanted):
            yield self._finding(
                "namespace",
                f"the namespace is {root.namespace or 'missing'}; version {version} has {wanted}…",
                root.line,
                "error" if self.version == "2" else "warning",
            )
        if self.version == "2":
            self.codes = (root.attributes.get("srcLang", ""), root.attributes.get("trgLang", ""))
            yield from self._languages(self.codes, root.line, required=True)

    def _languages(self, codes: tuple[str, str], line: int, *, required: bool) -> Iterator[Finding]:
        for code, side in zip(codes, ("source", "target"), strict=True):
            if code and not tags.is_well_formed(code):
                yield self._finding("language", f"{code!r} is no BCP 47 language tag", line)
            elif not code and side == "source" and required:
                yield self._finding("language", "the source language is not given", line)

    @property
    def parts(self) -> tuple[str, ...]:
        """The elements that are looked at one by one: what is inside them is dropped afterwards."""
        return ("trans-unit", "unit", "group", "header", "file")

    def element(self, element: xml.Element) -> Iterator[Finding]:
        """A unit or a group, or the end of a header or of a file element."""
        name = xml.local(element)
        line = xml.line_of(element)
        if name in ("trans-unit", "unit") and (name == "unit") != (self.version == "2"):
            yield self._finding("element", f"<{name}> belongs to the other version", line)
            return
        unit = element.get("id") if name in ("trans-unit", "unit") else None
        yield from self._schema(element, unit)
        if name == "file":
            self.files += 1
            yield from self._file(element, line)
        elif unit is not None or name in ("trans-unit", "unit"):
            self.units += 1
            yield from self._identity(element, line)
            yield from (self._unit_2 if self.version == "2" else self._unit_1)(element, line)

    def _schema(self, top: xml.Element, unit: str | None) -> Iterator[Finding]:
        """What the schema says of an element and of all that is in it."""
        waiting = [top]
        while waiting:
            element = waiting.pop()
            children = [child for child in element if isinstance(child.tag, str)]
            names = [self._name(child) for child in children]
            name = xml.local(element)
            line = xml.line_of(element)
            for reference in element:
                if not xml.local(reference):
                    told = f"the entity {reference.text} is not declared"
                    yield self._finding("entity", told, line, unit=unit)
            if name not in self.grammar.models:
                yield self._finding("element", f"XLIFF has no <{name}>", line, unit=unit)
                continue
            yield from self._attributes(element, name, line, unit)
            if not self._fits(name, names):
                model = self.grammar.models[name] or "nothing"
                told = ", ".join(_told(names)) or "nothing"
                yield self._finding(
                    "content", f"<{name}> holds {told}; it may hold: {model}", line,
                    self._gravity(name, names), unit,
                )  # fmt: skip
            if name not in self.grammar.text and _has_text(element):
                yield self._finding("content", f"<{name}> may not hold text", line, unit=unit)
            for child, kind in zip(reversed(children), reversed(names), strict=True):
                if kind != xliff_grammar.FOREIGN and kind not in self.parts:
                    waiting.append(child)

    def _name(self, element: xml.Element) -> str:
        own = xml.namespace(element) == self.namespace
        return xml.local(element) if own else xliff_grammar.FOREIGN

    def _fits(self, name: str, children: list[str]) -> bool:
        """Whether the schema allows these children; a file has few kinds of rows, so it is kept."""
        key = (name, *children)
        known = self._rows.get(key)
        if known is None:
            known = self.grammar.fits(name, children)
            if len(self._rows) < _ROWS and len(key) <= _ROW_LENGTH:
                self._rows[key] = known
        return known

    def _gravity(self, name: str, children: list[str]) -> Severity:
        """Tools put elements of their own anywhere; where only these are wrong, others still read it."""
        native = [child for child in children if child != xliff_grammar.FOREIGN]
        return "warning" if self.grammar.fits(name, native) else "error"

    def _attributes(
        self, element: xml.Element, name: str, line: int, unit: str | None
    ) -> Iterator[Finding]:
        for attribute in self.grammar.required.get(name, ()):
            if not element.get(attribute):
                yield self._finding("attribute", f"<{name}> has no {attribute}", line, unit=unit)
        for key, value in element.attrib.items():
            attribute, value = str(key), str(value)
            if attribute[0] == "{" and not attribute.startswith(_XML_SPACE):
                continue
            allowed = self.grammar.allowed
            if allowed is not None and attribute not in allowed[name]:
                told = f"<{name}> may not have the attribute {attribute}"
                yield self._finding("attribute", told, line, unit=unit)
            elif not self.grammar.takes(name, attribute, value):
                rule = "state" if attribute == "state" else "attribute"
                told = f"{value!r} is no {attribute.removeprefix(_XML_SPACE)}"
                yield self._finding(rule, told, line, unit=unit)

    def end(self) -> Iterator[Finding]:
        """What can be said of the whole only."""
        if not self.files:
            yield self._finding("empty", "there is no <file>", 1)
        elif not self.units:
            yield self._finding("empty", "there is no unit to translate", 1, "warning")

    def _file(self, element: xml.Element, line: int) -> Iterator[Finding]:
        self._ids = set()
        identity = element.get("id") if self.version == "2" else None
        if identity:
            if identity in self._file_ids:
                yield self._finding("id", f"two files have the id {identity}", line)
            self._file_ids.add(identity)
        if self.version == "1":
            codes = (element.get("source-language") or "", element.get("target-language") or "")
            yield from self._languages(codes, line, required=False)

    def _identity(self, element: xml.Element, line: int) -> Iterator[Finding]:
        identity = element.get("id")
        if identity and identity in self._ids:
            yield self._finding("id", f"another unit of this file has the id {identity}", line)
        if identity:
            self._ids.add(identity)

    def _unit_1(self, unit: xml.Element, line: int) -> Iterator[Finding]:
        name = unit.get("id")
        source = next((child for child in unit if xml.local(child) == "source"), None)
        if source is None:
            return
        target = next((child for child in unit if xml.local(child) == "target"), None)
        if target is None:
            if unit.get("approved") == "yes":
                yield self._finding("state", "approved, but there is no target", line, unit=name)
            return
        cut = next((child for child in unit if xml.local(child) == "seg-source"), None)
        if cut is not None:
            mine, theirs = (_mids(side) for side in (cut, target))
            for mid in sorted(theirs - mine):
                yield self._finding(
                    "segment", f"the target has a segment {mid} that the source has not",
                    xml.line_of(target), unit=name,
                )  # fmt: skip
        # Trados leaves the codes of a paragraph out of its source, and has them in its segments.
        yield from self._codes(source if cut is None else cut, target, _CODES_1, name)

    def _unit_2(self, unit: xml.Element, line: int) -> Iterator[Finding]:
        name = unit.get("id")
        data = {each.get("id") for each in unit.iterfind("{*}originalData/{*}data")}
        ids: Counter[str] = Counter()
        for child in unit.iterfind("{*}segment"):
            at = xml.line_of(child)
            state = child.get("state")
            if child.get("subState") and not state:
                yield self._finding("state", "a subState needs a state", at, unit=name)
            source, target = (child.find(f"{{*}}{part}") for part in ("source", "target"))
            if source is None:
                continue
            if target is None:
                if state in ("translated", "reviewed", "final"):
                    yield self._finding("state", f"{state}, but there is no target", at, unit=name)
            else:
                yield from self._codes(source, target, _CODES_2, name)
            for code in source.iter("{*}ph", "{*}pc", "{*}sc"):
                ids[code.get("id") or ""] += 1
                for reference in ("dataRef", "dataRefStart", "dataRefEnd"):
                    wanted = code.get(reference)
                    if wanted and wanted not in data:
                        yield self._finding("data", f"there is no data {wanted}", at, unit=name)
        for identity, count in ids.items():
            if count > 1:
                yield self._finding(
                    "id", f"{count} codes have the id {identity!r}", line, unit=name
                )

    def _codes(
        self, source: xml.Element, target: xml.Element, kinds: frozenset[str], name: str | None
    ) -> Iterator[Finding]:
        """Codes that the target lost or invented; without a target text there is nothing to say."""
        if not "".join(map(str, target.itertext())).strip() and not len(target):
            return
        mine, theirs = (_codes(side, kinds) for side in (source, target))
        line = xml.line_of(target)
        for code in sorted((mine - theirs).elements()):
            yield self._finding("code", f"the target lacks the code {code}", line, "warning", name)
        for code in sorted((theirs - mine).elements()):
            told = f"the target has a code {code} of its own"
            yield self._finding("code", told, line, "warning", name)


def _mids(element: xml.Element) -> set[str]:
    return {mark.get("mid") or "" for mark in element.iter("{*}mrk") if mark.get("mtype") == "seg"}


def _codes(element: xml.Element, kinds: frozenset[str]) -> Counter[str]:
    return Counter(
        f"{xml.local(child)} {child.get('id') or child.get('rid') or ''}".strip()
        for child in element.iter()
        if child is not element and xml.local(child) in kinds
    )


def _told(names: list[str]) -> list[str]:
    """The names of children as a message gives them: a few, and how many more there are."""
    shown = ["another namespace's" if name == xliff_grammar.FOREIGN else name for name in names]
    return [*shown[:8], f"{len(shown) - 8} more"] if len(shown) > 9 else shown


def _has_text(element: xml.Element) -> bool:
    pieces = [element.text, *(child.tail for child in element)]
    return any(piece and not piece.isspace() for piece in pieces)
