"""What stands in a term's place: another term, a slip of the pen, what aligns to it, a stranger.

This is asked first. A neighbour, a pronoun or a doubtful bead excuses a term that is missing; they
excuse nothing that is there and wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from align.datatypes import TranslationUnit
from align.language.folding import fold
from align.language.tags import is_chinese
from align.terms.checking.case import Case, Reading, answers
from align.terms.checking.pointing import pointers
from align.terms.designations import in_order, is_short_form
from align.terms.index import Group, TermIndex
from align.terms.matcher import Matcher, Occurrence, is_acronym
from align.terms.renderings import SURE

Span = tuple[int, int]

_LIKELY = 0.25
_NEARLY = 85.0
_STRANGE = 0.2  # coverage of a name that the source has not


@dataclass(frozen=True, slots=True)
class Standing:
    """``target[start:end]`` stands in a term's place; `sure` where nothing excuses it."""

    start: int
    end: int
    sure: bool

    def of(self, unit: TranslationUnit) -> str:
        """The words of the target that it is."""
        return unit.target[self.start : self.end]


def other_term(
    case: Case, place: int, group: Group, others: Sequence[Occurrence]
) -> Standing | None:
    """Another term of the termbase in the place of one that has no rendering."""
    if others:
        return Standing(others[0].start, others[0].end, sure=True)
    if related := _relative(case, place, group):
        return Standing(related.start, related.end, sure=True)
    return None


def other_words(case: Case, place: int, group: Group) -> Standing | None:
    """What stands in the place of a term that has no rendering, the surest evidence first."""
    if near := _nearly(case, case.reading(place), group):
        return near
    # NASA, the BBC, Athens for a country: what is no other country is no mistake.
    if case.index.is_country(group):
        return _rival(case, place, group)
    aligned = _aligned(case, place, group)
    if aligned is not None and aligned.sure:
        return aligned
    return _rival(case, place, group) or _stranger(case, place, group) or aligned


def own_name(case: Case, place: int, group: Group) -> bool:
    """Whether a name that no termbase has stands where a country is not named: NASA, Deutsche Bahn."""
    one = _stranger(case, place, group) or _aligned(case, place, group)
    return one is not None and any(map(str.isupper, one.of(case.units[place])))


# --- another term -------------------------------------------------------------------------------

_PLUS = re.compile(r"[+＋⁺₊﹢➕]|[^a-z]plus\b|(?:加强|升级|增强)版", re.IGNORECASE)
_PLUS_END = re.compile(r"\s*(?:\+|(?<=[\s-])plus)$", re.IGNORECASE)
_SIGNS = frozenset("$€£¥")  # (US$150) is an amount, no acronym
_BRACKET = re.compile(r"[”’\"'》]?\s*[(（]\s*[“‘\"']?")


def confused(case: Case, place: int, group: Group) -> list[Occurrence]:
    """Where the target names another than `group`, which the source does not name.

    The same name with or without its plus (A4P for A4P+), and what stands in brackets after a
    rendering and abbreviates another name: these are wrong whether or not the term is rendered too.
    """
    reading = case.reading(place)
    found = _other_plus(case.index, reading, group)
    asked = _asked(case.index, reading)
    for one in (
        answers(case.index, reading, group)
        if found or "(" in reading.unit.target or ("（" in reading.unit.target)
        else ()
    ):
        bracket = _BRACKET.match(reading.unit.target, one.end)
        if bracket is None:
            continue
        for hit in reading.kept:
            acronym = is_acronym(case.index.target_texts[hit.pattern])
            amount = reading.unit.target[hit.end : hit.end + 1] in _SIGNS
            if hit.start == bracket.end() and hit.pattern not in asked and acronym and not amount:
                found.append(hit)
    unique = {(one.start, one.end): one for one in found}
    return [unique[span] for span in sorted(unique)]


def _asked(index: TermIndex, reading: Reading) -> frozenset[int]:
    return frozenset().union(*(index.may(group) for group in reading.groups))


def _other_plus(index: TermIndex, reading: Reading, group: Group) -> list[Occurrence]:
    unit = reading.unit
    if not (_PLUS.search(unit.target) or _PLUS.search(unit.source)):
        return []
    may, asked = index.may(group), _asked(index, reading)
    right = [one for one in reading.hits if one.pattern in asked]
    found: list[Occurrence] = []
    for text in index.expected(group) if index.is_name(group) else ():
        stem = _PLUS_END.sub("", text)
        bare, plussed = _with_and_without_plus(stem, index.target_lang)
        wanted = plussed if stem != text else bare
        for one in _pair(bare, plussed, index.target_lang).find(unit.target):
            mine = one.pattern == (wanted is plussed)
            inside = any(hit.start <= one.start and one.end <= hit.end for hit in right)
            if not mine and not inside:
                found.append(replace(one, pattern=min(may, default=0)))
    return found


def _with_and_without_plus(stem: str, lang: str) -> tuple[str, str]:
    joined = is_chinese(lang) or " " not in stem
    return stem, stem + ("+" if joined else " Plus")


@lru_cache(maxsize=1024)
def _pair(bare: str, plussed: str, lang: str) -> Matcher:
    return Matcher([bare, plussed], lang)


def _relative(case: Case, place: int, group: Group) -> Occurrence | None:
    """A term in the target that the source does not name, of a concept akin to the missing one.

    Akin are concepts of which one's source term holds the other's (特别委员会 and 委员会), or which
    end alike (维持和平特派团 and 政治特派团). A short form of what was named in full before is none.
    """
    index, reading = case.index, case.reading(place)
    asked = _asked(index, reading)
    ours = {reading.of_source(mention) for mention in reading.groups[group]}
    for one in reading.kept:
        if one.pattern in asked or one.pattern in index.loose:
            continue
        if not index.same_family(group, one.pattern):
            continue
        text = index.target_texts[one.pattern]
        for concept in index.owners[one.pattern]:
            theirs = index.source_texts(concept)
            if any(
                mine != other and _ends_alike(mine, other, index)
                for mine in ours
                for other in theirs
            ):
                return one
            shorter = any(other != mine and other in mine for mine in ours for other in theirs)
            longer = any(other != mine and mine in other for mine in ours for other in theirs)
            short = any(is_short_form(text, full) for full in index.expected(group)) and any(
                hit.pattern in index.may(group)
                for before in range(max(0, place - _BEFORE), place)
                for hit in case.reading(before).hits
            )
            if longer or (shorter and not short):
                return one
    return None


def fuller(case: Case, place: int, group: Group) -> bool:
    """Whether the target has in full what the source calls by a short form, named in full before."""
    index, reading = case.index, case.reading(place)
    ours = {reading.of_source(mention) for mention in reading.groups[group]}
    for one in reading.kept:
        for concept in index.owners[one.pattern]:
            full = index.source_texts(concept)
            if any(is_short_form(mine, text) for mine in ours for text in full) and any(
                concept in other
                for before in range(max(0, place - _BEFORE), place)
                for other in case.reading(before).groups
            ):
                return True
    return False


def _ends_alike(one: str, other: str, index: TermIndex) -> bool:
    """Whether two source terms have the same head, neither being a part of the other."""
    if one in other or other in one:
        return False
    if index.source_language.is_chinese:
        return one[-2:] == other[-2:]
    return fold(one).split()[-1:] == fold(other).split()[-1:]


_BEFORE = 60  # units that a name reaches: a resolution names its organ once, at the head


# --- nearly the term, and what aligns to it --------------------------------------------------------


def _nearly(case: Case, reading: Reading, group: Group) -> Standing | None:
    """A run of the target that is an expected rendering but for a slip of the pen."""
    target = reading.unit.target
    folded = fold(target)
    shortest = 4 if case.index.target_language.is_chinese else 6
    asked = _asked(case.index, reading)
    for text in case.index.expected(group):
        if len(text) < shortest:
            continue
        match = fuzz.partial_ratio_alignment(fold(text), folded, score_cutoff=_NEARLY)
        if not match or match.dest_end <= match.dest_start:
            continue
        start, end = match.dest_start, match.dest_end
        if not case.index.target_language.is_chinese:
            start, end = _whole_words(target, start, end)
        if folded.startswith("the ", start) and not fold(text).startswith("the "):
            start += 4
        if any(
            one.pattern in asked and one.start <= start and end <= one.end for one in reading.kept
        ):
            continue  # that is another term's
        for one in reading.kept:  # the longer name of which it is a part
            if one.start <= start and end <= one.end:
                start, end = one.start, one.end
        if is_short_form(target[start:end], text):
            continue
        return Standing(start, end, sure=True)
    return None


def _whole_words(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    while start < end and not text[start].isalnum():
        start += 1
    return start, len(text[:end].rstrip(" ,.;:"))


def _aligned(case: Case, place: int, group: Group) -> Standing | None:
    """What the word aligner takes for the term's rendering."""
    if case.aligner is None:
        return None
    index, reading = case.index, case.reading(place)
    unit = reading.unit
    mine = index.may(group)
    taken = [
        (one.start, one.end)
        for one in reading.kept
        if one.pattern not in mine
        and any(one.pattern in index.may(other) for other in reading.groups if other != group)
    ]
    mention = reading.groups[group][0]
    found = case.aligner.renderings(
        unit.source,
        unit.target,
        (mention.start, mention.end),
        blocked=taken,
        target_lang=index.target_lang,
    )
    if not found or found[0].score < _LIKELY:
        return None
    best = found[0]
    doubtful = unit.confidence is not None and unit.confidence < case.look.lowest_confidence
    if _stands_in(index, best.text, group):
        return None
    return Standing(best.start, best.end, best.score >= SURE and not doubtful)


def in_part(index: TermIndex, found: str, group: Group) -> bool:
    """Whether Chinese words are a part of an expected rendering: 任务 of 任务规定, 维和 of 维持和平."""
    return index.target_language.is_chinese and any(
        len(found) > 1 and in_order(fold(found), fold(text)) for text in index.expected(group)
    )


def _stands_in(index: TermIndex, found: str, group: Group) -> bool:
    """Whether what aligns to a term may point at it: it, her delegation, the Association."""
    point = pointers(index.target_language)
    if point.stand_in.fullmatch(found) or point.pronoun.search(found):
        return True
    if index.is_country(group) and not index.target_language.is_chinese and found.islower():
        return True  # no other country: a word beside the pronoun, "singled" of "singled it out"
    if index.target_language.is_chinese:
        return any(is_short_form(found, text) for text in index.expected(group))
    words = re.findall(r"\w+", found)
    return len(words) == 1 and words[0] in heads(index, group)


def heads(index: TermIndex, group: Group) -> frozenset[str]:
    """The words of the term's renderings: any may be its short form."""
    return frozenset(word for text in index.expected(group) for word in re.findall(r"\w+", text))


def another_of_its_kind(case: Case, place: int, group: Group) -> Standing | None:
    """Another name of the group's family that neither the source nor a neighbour's asks for.

    All that is said of a name whose absence means nothing: a place, a rank, a form that may mean
    something else as well.
    """
    index, reading = case.index, case.reading(place)
    asked = _asked(index, reading).union(
        *(_asked(index, case.reading(other)) for other in _near(case, place))
    )
    for one in reading.kept:
        if one.pattern in asked or one.pattern in index.loose or not one.cased or not one.sure:
            continue
        # Ranks are written in small letters too.
        named = one.pattern in index.names or index.family(group) in ("place", "rank", "currency")
        if named and index.same_family(group, one.pattern):
            return Standing(one.start, one.end, sure=True)
    return None


# --- a name that the source does not have -----------------------------------------------------------

_NAME = re.compile(r"[A-Z][\w’'-]+(?: (?:(?:of|for|the|on|in|and) ){0,2}[A-Z][\w’'-]+)+")


def _rival(case: Case, place: int, group: Group) -> Standing | None:
    """A term in the target that neither the source asks for nor a neighbour's, for a missing name."""
    index, reading = case.index, case.reading(place)
    if not index.is_name(group):
        return None
    asked = _asked(index, reading)
    near = [case.reading(other) for other in _near(case, place)]
    for one in reading.kept:
        if one.pattern in index.names and one.pattern not in asked:
            if not index.same_family(group, one.pattern):
                continue
            if not one.cased and index.is_built_in(one.pattern):
                continue
            theirs = any(one.pattern in _asked(index, other) for other in near)
            return Standing(one.start, one.end, sure=not theirs)
    return None


def _stranger(case: Case, place: int, group: Group) -> Standing | None:
    """A name in the target that no termbase has, and nothing of the source, for a missing name."""
    index, reading = case.index, case.reading(place)
    if case.aligner is None or index.target_language.is_chinese or not index.is_name(group):
        return None
    known = [(one.start, one.end) for one in reading.kept]
    unit = reading.unit
    for match in _NAME.finditer(unit.target):
        start, end = match.span()
        if any(low < end and start < high for low, high in known):
            continue
        if case.aligner.coverage(unit.target, unit.source, (start, end)) < _STRANGE:
            return Standing(start, end, sure=True)
    return None


def _near(case: Case, place: int) -> list[int]:
    around = range(place - case.look.neighbours, place + case.look.neighbours + 1)
    return [other for other in around if other != place and 0 <= other < len(case.units)]
