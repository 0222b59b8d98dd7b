"""Plants mistakes into units in memory, so that a check can be measured; no text is quoted here."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from align.datatypes import Finding, TranslationUnit
from align.terms.index import TermIndex
from align.terms.names import countries
from align.terms.termbase import Termbase


@dataclass(frozen=True, slots=True)
class Plant:
    """A mistake: the unit that it is in, its kind, and what a finding on it may be called."""

    unit: int
    kind: str
    rules: tuple[str, ...]
    change: str


Edit = tuple[TranslationUnit, tuple[str, ...], str]
Planter = Callable[[TranslationUnit, TermIndex, random.Random], Edit | None]

TERM = ("term-missing", "term-forbidden", "term-case", "term-misspelt")
NUMBER = (
    "number-mismatch", "percentage-mismatch", "date-mismatch", "time-mismatch", "symbol-mismatch",
)  # fmt: skip
WHOLE = ("omission", "addition", "suspected-misalignment")


def plant(
    units: Sequence[TranslationUnit], termbase: Termbase, *, seed: int = 1, each: int = 3
) -> tuple[list[TranslationUnit], list[Plant]]:
    """Copies of `units` with up to `each` mistakes of every kind, at most one a unit.

    Units next to a changed one stay as they are, so that no mistake hides another.
    """
    rng = random.Random(seed)
    index = TermIndex(termbase.concepts, "zh", "en")
    changed = list(units)
    plants: list[Plant] = []
    free = set(range(len(units)))
    for kind, planter in PLANTERS.items():
        planted = 0
        places = sorted(free)
        rng.shuffle(places)
        for place in places:
            if planted == each:
                break
            if place not in free or not units[place].source or not units[place].target:
                continue
            edit = planter(units[place], index, rng)
            if edit is None or edit[0] == units[place]:
                continue
            changed[place], rules, change = edit
            plants.append(Plant(place, kind, rules, change))
            free -= {place - 1, place, place + 1}
            planted += 1
    return changed, plants


def caught(plant: Plant, findings: Sequence[Finding]) -> bool:
    """Whether a finding of severity warning or error names the mistake, in its unit or beside it."""
    return any(
        f.rule in plant.rules
        and f.severity != "info"
        and f.unit is not None
        and abs(f.unit - plant.unit) <= 1
        for f in findings
    )


# --- terms ---


def _term_places(unit: TranslationUnit, index: TermIndex) -> list[tuple[int, int, int]]:
    """(start, end, concept) of renderings whose concept the source names once and the target once."""
    places = []
    mentions = index.mentions(unit.source)
    groups = [mention.group for mention in mentions]
    reading = index.reading(unit.target, groups)
    for group in groups:
        may = index.may(group)
        shared = sum(bool(index.may(other) & may) for other in groups)
        spans = {(o.start, o.end) for o in reading if o.pattern in may}
        nested = [o for o in index.hits(unit.target) if o.pattern in may]
        if shared == 1 and len(spans) == 1 and len({(o.start, o.end) for o in nested}) == 1:
            start, end = next(iter(spans))
            places.append((start, end, group[0]))
    return places


def _put(unit: TranslationUnit, start: int, end: int, text: str) -> TranslationUnit:
    return replace(unit, target=unit.target[:start] + text + unit.target[end:])


def wrong_term(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A rendering replaced by words that no termbase has."""
    places = _term_places(unit, index)
    if not places:
        return None
    start, end, concept = rng.choice(places)
    wrong = rng.choice(WRONG_NAMES if index.is_name((concept,)) else WRONG_WORDS)
    return _put(unit, start, end, wrong), TERM, f"{unit.target[start:end]} > {wrong}"


def forbidden_term(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A rendering replaced by a forbidden one."""
    places = [place for place in _term_places(unit, index) if index.forbidden[place[2]]]
    if not places:
        return None
    start, end, concept = rng.choice(places)
    wrong = index.target_texts[rng.choice(index.forbidden[concept])]
    return _put(unit, start, end, wrong), TERM, f"{unit.target[start:end]} > {wrong}"


def dropped_term(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A name left out."""
    places = [place for place in _term_places(unit, index) if index.is_name((place[2],))]
    if not places:
        return None
    start, end, _ = rng.choice(places)
    if not re.search(r"\w", unit.target[:start] + unit.target[end:]):
        return None  # then the whole unit is left out
    return _put(unit, start, end, ""), TERM, f"{unit.target[start:end]} dropped"


def swapped_plus(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """The plus of an initiative lost or gained."""
    del rng
    for start, end, _ in _term_places(unit, index):
        found = unit.target[start:end]
        if found.endswith("+"):
            return _put(unit, start, end, found[:-1]), TERM, f"{found} without +"
        if re.fullmatch(r"[A-Z]+\d[A-Z]", found):
            return _put(unit, start, end, found + "+"), TERM, f"{found} with +"
    return None


# --- numbers ---


def _regex(pattern: str, change: Callable[[re.Match[str], random.Random], str]) -> Planter:
    def planter(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
        del index
        matches = list(re.finditer(pattern, unit.target))
        if not matches:
            return None
        match = rng.choice(matches)
        new = change(match, rng)
        return (
            _put(unit, *match.span(), new),
            (*NUMBER, "term-misspelt"),
            f"{match.group()} > {new}",
        )

    return planter


def _digit(match: re.Match[str], rng: random.Random) -> str:
    digits = list(match.group())
    place = rng.choice([i for i, char in enumerate(digits) if char.isdigit()])
    digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
    return "".join(digits)


def _later(match: re.Match[str], rng: random.Random) -> str:
    del rng
    return f"{(int(match.group()[0]) + 1) % 9 + 1}.{match.group()[-2:]}"


def _year(match: re.Match[str], rng: random.Random) -> str:
    return str(int(match.group()) + rng.choice([-2, 1, 3]))


_MONTHS = [
    "January", "February", "April", "June", "July", "September", "October", "November", "December",
]  # fmt: skip
_COUNTS = ["three", "four", "five", "six", "seven", "eight", "nine", "eleven", "twelve"]


def _other(words: Sequence[str]) -> Callable[[re.Match[str], random.Random], str]:
    return lambda match, rng: rng.choice([word for word in words if word != match.group()])


# --- names and titles ---


def other_country(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A country replaced by another."""
    del index
    names = [country.en[0] for country in countries()]
    return _country(unit, rng, lambda name: rng.choice([one for one in names if one != name]))


def long_country(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A country's long name where the source has the short one."""
    del index
    longer = {c.en[0]: "the " + c.en_long[0] for c in countries() if c.en_long}
    return _country(unit, rng, lambda name: None if name in BOTH else longer.get(name))


def _country(
    unit: TranslationUnit, rng: random.Random, change: Callable[[str], str | None]
) -> Edit | None:
    found = [
        (name, match)
        for country in countries()
        for zh, name in zip(country.zh[:1], country.en[:1], strict=True)
        if unit.source.count(zh) == 1
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", unit.target)
    ]
    if len(found) != 1:
        return None
    name, match = rng.choice(found)
    before = unit.target[max(0, match.start() - 20) : match.start()]
    new = change(name)
    if new is None or re.search(r"[A-Z]\w+ (?:in|of|for|the)? ?(?:the )?$", before):
        return None
    return _put(unit, *match.span(), new), (*TERM, "country-form"), f"{name} > {new}"


def other_title(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """Mr. for Ms. and the other way round."""
    del index, rng
    for old, new in (("Mr.", "Ms."), ("Ms.", "Mr.")):
        if unit.target.count(old) == 1 and new not in unit.target:
            start = unit.target.index(old)
            return _put(unit, start, start + 3, new), ("title-mismatch",), f"{old} > {new}"
    return None


def other_rank(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """One rank of official for another."""
    del index, rng
    for old, new in (
        ("Under-Secretary-General", "Assistant Secretary-General"),
        ("Assistant Secretary-General", "Under-Secretary-General"),
        ("Permanent Representative", "Special Envoy"),
    ):
        if old in unit.target:
            start = unit.target.index(old)
            return _put(unit, start, start + len(old), new), TERM, f"{old} > {new}"
    return None


# --- whole sentences and denials ---


def emptied(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """The whole translation left out."""
    del index, rng
    if len(unit.source) < 15:
        return None
    return replace(unit, target=""), WHOLE, "target emptied"


def cut_sentence(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """One of several sentences of the translation left out, the source being long enough."""
    del index
    sentences = re.split(r"(?<=[a-z]\.) (?=[A-Z])", unit.target)
    if len(sentences) < 2 or min(map(len, sentences)) < 60:
        return None
    gone = rng.randrange(len(sentences))
    kept = " ".join(s for i, s in enumerate(sentences) if i != gone)
    return replace(unit, target=kept), WHOLE, "sentence cut"


def added_sentence(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A sentence that no source has."""
    del index
    if not unit.target.rstrip('”’")').endswith((".", "!", "?")):
        return None  # a row of a table, a heading
    extra = rng.choice(EXTRA)
    return replace(unit, target=f"{unit.target} {extra}"), WHOLE, f"added {extra}"


def added_unit(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A source that went missing, so that the translation stands alone."""
    del index, rng
    return replace(unit, source=""), WHOLE, "source emptied"


def denied(unit: TranslationUnit, index: TermIndex, rng: random.Random) -> Edit | None:
    """A not put in, or taken out."""
    del index, rng
    if match := re.search(
        r"\b(must|should|was|were|would|could|had|will|is|are) not ", unit.target
    ):
        rest = unit.target[: match.end(1)] + unit.target[match.end() - 1 :]
        return replace(unit, target=rest), ("negation-mismatch",), "not taken out"
    if re.search(r"[不没未无非否勿]", unit.source):
        return None
    if match := re.search(r"\b(must|should|was|were|would|could|had|will|is|are) ", unit.target):
        text = unit.target[: match.end()] + "not " + unit.target[match.end() :]
        return replace(unit, target=text), ("negation-mismatch",), "not put in"
    return None


# Countries whose long form may stand for the short one.
BOTH = frozenset(c.en[0] for c in countries() if set(c.en) & set(c.en_long))
WRONG_NAMES = (
    "Bureau of Worldwide Affairs", "Scheme for Global Harmony", "Office of Outer Works",
    "Forum of United Realms", "Grand Board of Guardians",
)  # fmt: skip
WRONG_WORDS = (
    "tranquillity undertakings",
    "worker bees",
    "guard posts",
    "calm fostering",
    "aid teams",
)
EXTRA = (
    "The price of bananas rose sharply in the spring.",
    "She recalled that her grandmother had taught music to children.",
    "Several trains were delayed because of heavy snow.",
)
PLANTERS: dict[str, Planter] = {
    "swapped plus": swapped_plus,
    "rank": other_rank,
    "title": other_title,
    "percent": _regex(r"\d+(?= per cent)", _digit),
    "symbol": _regex(r"\d{3,4}(?= \(\d{4}\))", _digit),
    "time": _regex(r"\d{1,2}\.\d\d(?= [ap]\.m\.)", _later),
    "date": _regex(rf"\b(?:{'|'.join(_MONTHS)})(?= \d{{4}})", _other(_MONTHS)),
    "year": _regex(r"(?<![\d(/-])(?:19|20)\d\d(?![\d)])", _year),
    "count": _regex(rf"\b(?:{'|'.join(_COUNTS)})\b", _other(_COUNTS)),
    "number": _regex(
        r"(?<![\d.,(])(?!(?:19|20)\d\d)\d[\d,]*(?![\d.,%)]| per cent| [ap]\.m)", _digit
    ),
    "long country": long_country,
    "country": other_country,
    "forbidden term": forbidden_term,
    "wrong term": wrong_term,
    "dropped name": dropped_term,
    "negation": denied,
    "sentence cut": cut_sentence,
    "sentence added": added_sentence,
    "target emptied": emptied,
    "source emptied": added_unit,
}  # fmt: skip


def measured(
    plants: Sequence[Plant], before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[float, float, list[Plant], list[Finding]]:
    """Recall, precision, the mistakes not found and the new findings that are no planted mistake.

    New findings are those of severity warning or error that the untouched units did not have; one
    belongs to a mistake where it is in its unit or beside it.
    """
    missed = [one for one in plants if not caught(one, after)]
    fresh = list(_fresh(before, after))
    places = {one.unit for one in plants}
    stray = [f for f in fresh if not any(abs((f.unit or 0) - place) <= 1 for place in places)]
    recall = 1 - len(missed) / len(plants) if plants else 1.0
    precision = 1 - len(stray) / len(fresh) if fresh else 1.0
    return recall, precision, missed, stray


def _fresh(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[Finding]:
    old = {(f.unit, f.rule, f.source, f.found) for f in before}
    for one in after:
        if one.severity != "info" and (one.unit, one.rule, one.source, one.found) not in old:
            yield one
