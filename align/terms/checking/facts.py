"""Findings on facts: numbers, dates, references, what is denied, and words that contradict."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from align.datatypes import Finding, Severity, TranslationUnit
from align.embedding.protocol import TokenEncoder
from align.forked import BLOCK
from align.language.facts import Fact
from align.language.facts.writing import plain_value
from align.language.languages import language_of
from align.language.tags import is_chinese, primary
from align.terms.checking.doubts import SAID, Doubt, Side, Unit, doubts, read_side
from align.terms.checking.matching import AgreementIndex, agreement_index, match
from align.terms.checking.parts import answered
from align.terms.checking.weights import Weights, group_of, load_weights
from align.terms.rules import explained, finding

_RULES = {
    "date": "date-mismatch",
    "weekday": "date-mismatch",
    "quarter": "date-mismatch",
    "half": "date-mismatch",
    "decade": "date-mismatch",
    "century": "date-mismatch",
    "plan": "date-mismatch",
    "time": "time-mismatch",
    "symbol": "symbol-mismatch",
    "code": "symbol-mismatch",
    "share": "percentage-mismatch",
    "points": "percentage-mismatch",
    "label": "reference-mismatch",
    "url": "address-mismatch",
    "placeholder": "placeholder-mismatch",
    "pole": "contradiction",
    "operator": "contradiction",
    "roles": "contradiction",
    "exchanged": "facts-exchanged",
    "negation": "negation-mismatch",
}
_NOTED = 0.5  # of the probability that warns, from which a number, and nothing else, is noted
_PARTS = frozenset({"item", "clause", "name", "title", "word"})
_KEPT = BLOCK + 8  # units of which the sides are read once: a block, and what is near its borders


def check_facts(
    units: Sequence[TranslationUnit],
    *,
    numbers: bool = True,
    negations: bool = True,
    omissions: bool = True,
    encoder: TokenEncoder | None = None,
    neighbours: int = 1,
    lowest_confidence: float = 0.5,
    weights: Weights | None = None,
    places: range | None = None,
) -> Iterator[Finding]:
    """A finding for each fact of one side that has no counterpart on the other, in order.

    With an `encoder` items of lists, clauses and names are facts too.

    A wrong one is paired with what stands instead. One whose counterpart is in a unit nearby is a
    note; in a unit that is probably misaligned it is said to be that. `numbers` and `negations`
    turn the two groups of rules off, `omissions` that on items, clauses and names. With `places`,
    which begin at a multiple of 128, only those units are judged.
    """
    places = range(len(units)) if places is None else places
    reader = _Reader(units)
    weights = weights or load_weights()
    for place, some in _doubts(units, places, reader, encoder if omissions else None, weights):
        unit = units[place]
        for doubt in _once([one for one in some if _severity(one, weights)]):
            group = group_of(doubt.subject)
            asked = {"negation": negations}.get(group, omissions if group in _PARTS else numbers)
            severity = _severity(doubt, weights)
            if not asked or severity is None:
                continue
            found = _finding(place, unit, doubt, severity)
            if group == "fact" and _nearby(reader, place, doubt, neighbours):
                found = explained(found, "in-neighbour")
            elif unit.confidence is not None and unit.confidence < lowest_confidence:
                found = explained(found, "misaligned", "warning" if severity != "info" else "info")
            yield found


def _checked(unit: TranslationUnit) -> bool:
    return bool(unit.source.strip() and unit.target.strip()) and _known(unit)


def _doubts(
    units: Sequence[TranslationUnit],
    places: range,
    reader: _Reader,
    encoder: TokenEncoder | None,
    weights: Weights,
) -> Iterator[tuple[int, list[Doubt]]]:
    """The doubts of each unit that can be judged, found for a block of units at once."""
    for first in range(places.start, places.stop, BLOCK):
        block = range(first, min(first + BLOCK, places.stop))
        own = [place for place in block if _checked(units[place])]
        cross = [place for place in own if encoder is not None and _crosses(units[place])]
        pairs = [(units[place].source, units[place].target) for place in cross]
        languages = [
            (language_of(units[place].source_lang), language_of(units[place].target_lang))
            for place in cross
        ]
        found = answered(pairs, encoder, languages) if encoder is not None and pairs else []
        words = dict(zip(cross, found, strict=True))
        some = [
            Unit(*reader.sides(place), units[place].confidence, words.get(place)) for place in own
        ]
        yield from zip(own, doubts(some, weights), strict=True)


def _crosses(unit: TranslationUnit) -> bool:
    return _checked(unit) and is_chinese(unit.source_lang) != is_chinese(unit.target_lang)


def _severity(doubt: Doubt, weights: Weights) -> Severity | None:
    """How grave a doubt is, by the cuts of its group; None where it is not told.

    A word that denies where nothing in the source answers to it must be as sure as an error to be a
    warning: of 2,562 right units of fifteen documents 24 fewer are flagged so, and as many of the
    mistakes in tests/terms/checking/cases/meaning.tsv are found.
    """
    group = group_of(doubt.subject)
    denied = group == "negation" and _is_plain_denial(doubt)
    cuts = weights.cuts["denial" if denied else group]
    if doubt.probability >= cuts["error"]:
        return "error"
    added = group == "negation" and doubt.source is None and not denied
    if doubt.probability >= cuts["warning"] and not added:
        return "warning"
    noted = group == "fact" and doubt.probability >= _NOTED * cuts["warning"]
    return "info" if noted else None


# Words that do nothing but deny. In those 2,562 right units none of the Chinese ones stood against a
# text that denies nothing at a probability of 0.7 or more: 不, 没, 否 and 拒绝 did, 42 times in all.
_PLAIN = frozenset(
    "不得 未 无 勿 莫 并非 禁止 严禁 not never nor neither cannot no none nobody nothing nowhere".split()
)


# Of 不 and 没 those whose word the other text says, denying nothing: 影响不显著, "is significant". Of
# 8,010 right units (written ones and news) 12 more are flagged, of 958 with a denial lost 31.
_SIMPLE = frozenset("不没")
_IS_SAID = 0.5  # how well a word is answered; with 0.4 three more right ones and two more mistakes


def _is_plain_denial(doubt: Doubt) -> bool:
    """Whether a plain denial stands where the other text denies nothing at all."""
    word = doubt.subject.text.lower()
    lost = word in _SIMPLE and doubt.source is not None
    plain = word in _PLAIN or (lost and doubt.features.get(SAID, 0.0) >= _IS_SAID)
    return bool(doubt.features.get("none")) and plain


def _likeliest(some: Sequence[Doubt]) -> Iterator[Doubt]:
    """The doubts, but of parts that are lost, and of those that are added, the likeliest alone.

    An item is told rather than the clause that holds it: it is the shorter of the two.
    """
    best: dict[bool, Doubt] = {}
    for one in some:
        if one.subject.kind not in _PARTS:
            yield one
        elif one.probability > (
            0.0 if (old := best.get(one.source is None)) is None else old.probability
        ):
            best[one.source is None] = one
    yield from best.values()


def _once(some: Sequence[Doubt]) -> list[Doubt]:
    """The doubts, one for a mistake: of an axis' operators, and of what touches, the likeliest."""
    kept = [one for one in _likeliest(some) if one.subject.kind not in _WORDS]
    words = sorted(
        (one for one in some if one.subject.kind in _WORDS), key=lambda one: -one.probability
    )
    told: list[Doubt] = []
    for one in words:
        again = any(
            _touch(one, other)
            or (one.subject.unit == other.subject.unit and _WORDS[one.subject.kind])
            for other in told
        )
        if not again:
            told.append(one)
    return [one for one in some if one in told or one in kept]


# Kinds of which one word may be read as several; and whether an axis is told once.
_WORDS = {"pole": False, "negation": True, "operator": True, "roles": True}
_TURNED = ("pole", "operator", "roles")
_NO_VALUE = (*_TURNED, "negation", "exchanged")
_WRONG = {"exchanged": "exchanged"}


def _touch(one: Doubt, other: Doubt) -> bool:
    pairs = ((one.source, other.source), (one.target, other.target))
    return any(a and b and a.start < b.end and b.start < a.end for a, b in pairs)


def _known(unit: TranslationUnit) -> bool:
    return {primary(unit.source_lang), primary(unit.target_lang)} <= {"zh", "en"}


class _Reader:
    """The sides of units, each read once while its neighbours are looked at."""

    def __init__(self, units: Sequence[TranslationUnit]) -> None:
        self._units = units
        self._read: OrderedDict[int, tuple[Side, Side]] = OrderedDict()
        self._left: OrderedDict[int, tuple[AgreementIndex, AgreementIndex]] = OrderedDict()

    def sides(self, place: int) -> tuple[Side, Side]:
        """The source and the target of the unit at `place`."""
        if place not in self._read:
            unit = self._units[place]
            self._read[place] = (
                read_side(unit.source, language_of(unit.source_lang)),
                read_side(unit.target, language_of(unit.target_lang)),
            )
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return self._read[place]

    def left_around(
        self, place: int, reach: int
    ) -> Iterator[tuple[AgreementIndex, AgreementIndex]]:
        """The facts of the units nearby, of either side, that their own other sides lack."""
        for other in range(max(0, place - reach), min(len(self._units), place + reach + 1)):
            if other != place and _known(self._units[other]):
                yield self._left_of(other)

    def _left_of(self, place: int) -> tuple[AgreementIndex, AgreementIndex]:
        if place not in self._left:
            source, target = self.sides(place)
            found = match(source.facts, target.facts)
            self._left[place] = (
                agreement_index([source.facts[i] for i in found.lost]),
                agreement_index([target.facts[j] for j in found.added]),
            )
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)
        return self._left[place]


def _nearby(reader: _Reader, place: int, doubt: Doubt, reach: int) -> bool:
    """Whether units nearby hold the counterparts, and need them for nothing of their own."""
    lost, added = doubt.source is None, doubt.target is None
    for source, target in reader.left_around(place, reach):
        if doubt.source is not None:
            lost = lost or target.renders(doubt.source)
        if doubt.target is not None:
            added = added or source.renders(doubt.target)
    return lost and added


def _finding(place: int, unit: TranslationUnit, doubt: Doubt, severity: Severity) -> Finding:
    source, target = doubt.source, doubt.target
    subject = doubt.subject
    rule = _RULES.get(subject.kind, "number-mismatch")
    if subject.kind in _PARTS:
        return _of_part(place, unit, doubt, severity)
    turned = subject.kind in _TURNED
    wrong = _WRONG.get(subject.kind, "contradiction" if turned else "wrong-number")
    verdict = wrong if source and target else "omitted" if source else "added"
    value = _right_value(unit, source, target) if source else ""
    reading = value if _says_more(value, _written(unit.source, source) or "") else ""
    return finding(
        rule,
        verdict,
        place,
        unit,
        severity=severity,
        probability=round(doubt.probability, 3),
        source=_written(unit.source, source),
        expected=(value,) if value and subject.kind not in _NO_VALUE else (),
        found=_written(unit.target, target),
        source_spans=((source.start, source.end),) if source else (),
        target_spans=((target.start, target.end),) if target else (),
        reading=reading,
    )


def _right_value(unit: TranslationUnit, source: Fact, target: Fact | None) -> str:
    """What the translation should have for a fact, written as what stands in its place is.

    "" where no one way of writing it is right, as for the label （二）, which may be (b) or (ii).
    """
    language = language_of(unit.target_lang)
    own, other = _written(unit.source, source) or "", _written(unit.target, target) or ""
    if source.kind == "label":
        return own if own.isascii() else ""
    reading = source.readings[0]
    if source.kind == "url":
        return own
    if source.kind == "number" and _BARE.fullmatch(own) and (own[0] == "0" or _is_bare(other)):
        return own  # a telephone number, a serial number, a year
    counted = target is not None and (target.kind == "number" or _ROMAN.fullmatch(other))
    if source.kind == "ordinal" and counted:
        return plain_value(reading._replace(kind="number"), language)  # article 32, annex II
    return plain_value(reading, language)


_ROMAN = re.compile(r"[IVXLC]+")
_BARE = re.compile(r"[0-9]{4,}|0[0-9]+")


def _is_bare(text: str) -> bool:
    """Whether the digits here have no separators where an amount would have them."""
    return _BARE.match(text) is not None


def _says_more(value: str, text: str) -> bool:
    """Whether a value tells more than the text that it was read from."""

    def folded(one: str) -> str:
        return re.sub(r"[\s,]", "", one).casefold()

    return bool(value) and folded(value) not in folded(text)


def _of_part(place: int, unit: TranslationUnit, doubt: Doubt, severity: Severity) -> Finding:
    """The finding on an item, a clause or a name without a counterpart."""
    part, lost = doubt.subject, doubt.source is not None
    span = ((part.start, part.end),)
    rule = "omission" if lost else "addition"
    return finding(
        rule,
        rule,
        place,
        unit,
        severity=severity,
        probability=round(doubt.probability, 3),
        source=part.text if lost else None,
        found=None if lost else part.text,
        source_spans=span if lost else (),
        target_spans=() if lost else span,
        values={"text": part.text},
    )


def _written(text: str, fact: Fact | None) -> str | None:
    return text[fact.start : fact.end].strip() if fact else None
