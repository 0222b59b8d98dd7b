"""A user's segmentation rules from an SRX file, before the built-in ones.

SRX 2.0 (GALA/LISA): each rule has a pattern before and a pattern after a place, and says whether a
segment ends there. The first rule that fits a place decides about it. Its regular expressions are
ICU's; the `regex` package reads nearly all of them as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex
from lxml import etree

from align.errors import FormatError, InputError
from align.outside import character, refuse_entities

MAX_BYTES = 8 << 20
MAX_RULES = 20_000

_HEX = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}|\\U([0-9A-Fa-f]{8})")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_CONTROL = re.compile(r"\\c([A-Za-z@\[\]^_])")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: whether a segment ends between what fits `pattern`'s two halves."""

    pattern: Any  # a compiled expression that ends at the place and looks ahead
    ends: bool
    line: int


@dataclass(frozen=True, slots=True)
class SrxRules:
    """The rules of a file, by language pattern."""

    maps: tuple[tuple[Any, str], ...]  # language pattern, name of its rules
    rules: dict[str, tuple[Rule, ...]]
    cascade: bool
    name: str
    seconds: float = 5.0  # for one rule on one paragraph: far more than an honest rule takes

    def for_language(self, lang: str) -> tuple[Rule, ...]:
        """The rules that apply to a language, in order: of all maps that fit, or of the first."""
        names = [name for pattern, name in self.maps if pattern.fullmatch(lang)]
        chosen = names if self.cascade else names[:1]
        return tuple(rule for name in chosen for rule in self.rules.get(name, ()))

    def decisions(self, text: str, lang: str) -> dict[int, bool]:
        """Offset → whether a segment ends there, for the places that a rule speaks about.

        Raises FormatError when a rule takes so long on a text that it must be a runaway.
        """
        found: dict[int, bool] = {}
        for rule in self.for_language(lang):
            try:
                for match in rule.pattern.finditer(text, timeout=self.seconds):
                    if 0 < match.end() < len(text):
                        found.setdefault(match.end(), rule.ends)
            except TimeoutError as error:
                raise FormatError(
                    f"{self.name}:{rule.line}: this rule takes more than {self.seconds:g} s on one "
                    "paragraph; avoid nested repetitions such as (a+)+"
                ) from error
        return found


def load_rules(path: Path) -> SrxRules:
    """Read an SRX file. Raises InputError when it cannot be read, FormatError when it is no SRX."""
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name}: more than {MAX_BYTES >> 20} MB, too large for segmentation rules"
        )
    return parse_rules(data, name)


def parse_rules(data: bytes, name: str = "SRX") -> SrxRules:
    """The rules in the bytes of an SRX file; no entity is expanded and nothing is fetched."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(f"{name}: not well-formed XML: {error}") from error
    refuse_entities(root, name)
    for reference in root.iter(etree.Entity):
        raise FormatError(
            f"{name}:{_line(reference)}: the entity {reference.text} is not declared; write the "
            "character itself"
        )
    if _local(root) != "srx":
        raise FormatError(f"{name}: its root is <{_local(root)}>, not <srx>")
    rules = {
        item.get("languagerulename", ""): tuple(_rule(rule, name) for rule in _all(item, "rule"))
        for item in _all(root, "languagerule")
    }
    if sum(map(len, rules.values())) > MAX_RULES:
        raise FormatError(f"{name}: more than {MAX_RULES} rules")
    maps = tuple(_map(item, rules, name) for item in _all(root, "languagemap"))
    if not maps or not any(rules.values()):
        raise FormatError(f"{name}: holds no languagemap or no rule, so it would change nothing")
    header = next(_all(root, "header"), None)
    cascade = header is None or header.get("cascade", "no").lower() != "no"
    return SrxRules(maps, rules, cascade, name)


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _line(element: Any) -> int:
    return int(element.sourceline or 0)


def _all(element: etree._Element, tag: str) -> Any:
    return (item for item in element.iter() if _local(item) == tag)


def _map(item: etree._Element, rules: dict[str, tuple[Rule, ...]], name: str) -> tuple[Any, str]:
    wanted = item.get("languagerulename", "")
    line = _line(item)
    if wanted not in rules:
        raise FormatError(
            f"{name}:{line}: a languagemap names the rules {wanted!r}, which are not there"
        )
    return _compiled(item.get("languagepattern", ""), name, line, ignore_case=True), wanted


def _rule(item: etree._Element, name: str) -> Rule:
    line = _line(item)
    try:
        before, after = _text(item, "beforebreak"), _text(item, "afterbreak")
    except ValueError as error:
        raise FormatError(f"{name}:{line}: {error}") from error
    ends = item.get("break", "yes").lower()
    if ends not in ("yes", "no"):
        raise FormatError(f"{name}:{line}: break={ends!r} is neither yes nor no")
    _compiled(before, name, line)  # each half must stand by itself
    _compiled(after, name, line)
    return Rule(_compiled(f"(?:{before})(?={after})", name, line), ends == "yes", line)


def _text(item: etree._Element, tag: str) -> str:
    child = next(_all(item, tag), None)
    return "" if child is None else translate("".join(map(str, child.itertext())))


def _compiled(pattern: str, name: str, line: int, *, ignore_case: bool = False) -> Any:
    flags = regex.VERSION1 | (regex.IGNORECASE if ignore_case else 0)
    try:
        return regex.compile(pattern, flags)
    except Exception as error:  # regex lets through RecursionError, OverflowError and others
        raise FormatError(
            f"{name}:{line}: the regular expression {pattern[:80]!r} is not understood ({error})"
        ) from error


def _of_number(match: re.Match[str]) -> str:
    found = character(int(match[1] or match[2], 16))
    if found is None:
        raise ValueError(f"there is no character {match[0]}")
    return re.escape(found)


def translate(pattern: str) -> str:
    r"""An ICU expression in the syntax of `regex`: what the two write differently.

    >>> translate(r"\Qa.b\E\x{2026}")
    'a\\.b…'
    """
    pattern = _QUOTED.sub(lambda match: re.escape(match[1]), pattern)
    pattern = _HEX.sub(_of_number, pattern)
    pattern = _CONTROL.sub(lambda match: re.escape(chr(ord(match[1].upper()) ^ 64)), pattern)
    return pattern.replace(r"\e", r"\x1b")
