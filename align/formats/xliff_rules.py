"""The rules of XLIFF 1.2 and 2.x that a file must keep to be translated and come back whole.

Not a schema in other words: structure as far as tools rely on it, and beyond it what no schema can
say (ids that are used twice, codes that the target lost or invented, segments of a target that the
source does not have, a state that claims more than there is). Streaming, with line numbers.
OASIS XLIFF 1.2 (2008); XLIFF 2.1 (2018), sections 4.2 and 4.7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from align.datatypes import Finding, Severity
from align.errors import FormatError
from align.formats import findings, xml
from align.language import tags

_STATES_1 = frozenset(
    "final needs-adaptation needs-l10n needs-review-adaptation needs-review-l10n"
    " needs-review-translation needs-translation new signed-off translated".split()
)
_STATES_2 = frozenset("initial translated reviewed final".split())
_CODES_1 = frozenset("g x bx ex bpt ept ph it".split())
_CODES_2 = frozenset("ph pc sc ec".split())
_ORDER_1 = ("source", "seg-source", "target")
_NAMESPACE_2 = "urn:oasis:names:tc:xliff:document:2."
_NAMESPACE_1 = "urn:oasis:names:tc:xliff:document:1."
_REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "1": {"file": ("original", "source-language", "datatype"), "trans-unit": ("id",)},
    "2": {"file": ("id",), "unit": ("id",)},
}


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
                for element in document.records("trans-unit", "unit", "file"):
                    found += check.element(element)
                found += check.end()
    except FormatError as error:
        found.append(findings.broken("xliff", name, error))
    return findings.limited(found)


class _Check:
    def __init__(self, name: str) -> None:
        self.name = name
        self.version = "1"
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

    def element(self, element: xml.Element) -> Iterator[Finding]:
        """A unit, or the end of a file element."""
        name = xml.local(element)
        line = xml.line_of(element)
        for attribute in _REQUIRED[self.version].get(name, ()):
            if not element.get(attribute):
                yield self._finding("attribute", f"<{name}> has no {attribute}", line)
        if name == "file":
            self.files += 1
            yield from self._file(element, line)
        elif self.version == "1" and name == "trans-unit":
            self.units += 1
            yield from self._identity(element, line)
            yield from self._unit_1(element, line)
        elif self.version == "2" and name == "unit":
            self.units += 1
            yield from self._identity(element, line)
            yield from self._unit_2(element, line)
        else:
            yield self._finding("element", f"<{name}> belongs to the other version", line)

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
        parts = [xml.local(child) for child in unit]
        known = [part for part in parts if part in _ORDER_1]
        if "source" not in parts:
            yield self._finding("source", "the unit has no source", line, unit=name)
            return
        if known != sorted(known, key=_ORDER_1.index) or len(set(known)) < len(known):
            told = f"{', '.join(known)}: not in this order, or twice"
            yield self._finding("order", told, line, unit=name)
        target = next((child for child in unit if xml.local(child) == "target"), None)
        if target is None:
            if unit.get("approved") == "yes":
                yield self._finding("state", "approved, but there is no target", line, unit=name)
            return
        state = target.get("state")
        if state and state not in _STATES_1 and not state.startswith("x-"):
            yield self._finding("state", f"{state!r} is no state", xml.line_of(target), unit=name)
        source = next(child for child in unit if xml.local(child) == "source")
        cut = next((child for child in unit if xml.local(child) == "seg-source"), None)
        if cut is not None:
            mine, theirs = (_mids(side) for side in (cut, target))
            for mid in sorted(theirs - mine):
                yield self._finding(
                    "segment", f"the target has a segment {mid} that the source has not",
                    xml.line_of(target), unit=name,
                )  # fmt: skip
        yield from self._codes(source, target, _CODES_1, name)

    def _unit_2(self, unit: xml.Element, line: int) -> Iterator[Finding]:
        name = unit.get("id")
        segments = [child for child in unit if xml.local(child) == "segment"]
        if not segments:
            yield self._finding("segment", "the unit has no segment", line, unit=name)
        before = True
        for child in unit:
            part = xml.local(child)
            if part in ("segment", "ignorable"):
                before = False
            elif part in ("notes", "originalData") and not before:
                yield self._finding(
                    "order", f"<{part}> stands before the segments", xml.line_of(child), unit=name
                )
        data = {each.get("id") for each in unit.iterfind("{*}originalData/{*}data")}
        ids: Counter[str] = Counter()
        for child in unit.iterfind("{*}segment"):
            at = xml.line_of(child)
            state = child.get("state")
            if state is not None and state not in _STATES_2:
                yield self._finding("state", f"{state!r} is no state", at, unit=name)
            if child.get("subState") and not state:
                yield self._finding("state", "a subState needs a state", at, unit=name)
            source, target = (child.find(f"{{*}}{part}") for part in ("source", "target"))
            if source is None:
                yield self._finding("source", "the segment has no source", at, unit=name)
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
