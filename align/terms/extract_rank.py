"""How much a pair looks like a term, and which of several pairs for one thing is kept."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from align.datatypes import TranslationUnit
from align.language.words import commonness
from align.terms.extract_phrases import JOINS, KINDS, Places, Span, TaggedWord
from align.terms.renderings import Place, RenderingCount, TermRenderings, key, side
from align.terms.termbase import is_name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed pair with its evidence; `score` only ranks."""

    source: str
    target: str
    score: float
    count: int
    variants: tuple[RenderingCount, ...]  # every rendering, the chosen one first
    example: TranslationUnit
    place: Place  # of the example


def candidate_of(
    term: TermRenderings,
    hood: float,
    units: Sequence[TranslationUnit],
    held: Set[tuple[int, Span]] = frozenset(),
) -> Candidate | None:
    """A term with its best rendering, scored; None where it has none, or is a person's name.

    What it became at `held` places, inside a longer phrase that recurs, decides only where it
    stands nowhere else: 和平行动 in 维持和平行动 says nothing about 和平行动.
    """
    single = not JOINS.search(term.term)
    free = {
        r.text: sum((place.unit, place.source_span) not in held for place in r.places)
        for r in term.renderings
        if r.text
    }
    alone = any(free.values())
    best = max(
        term.renderings,
        key=lambda r: (
            bool(r.text),
            (free.get(r.text, 0) if alone else r.count)
            * r.score
            * (0.7 if single and " and " in r.text else 1.0),
            r.text,
        ),
    )
    if not best.text or _PERSON.search(term.term) or not _HAN.search(term.term):
        return None
    others = tuple(r for r in term.renderings if r is not best and r.text)
    place = best.places[0]
    score = hood * _fit(term, best)
    return Candidate(
        term.term, best.text, score, term.count, (best, *others), units[place.unit], place
    )


_PERSON = re.compile(r"(?:先生|女士|夫人|阁下)$|[A-Za-z]$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
ONE_NAME = re.compile(
    r"(?!The )[A-Z][\w’'-]*\w(?: (?:(?:of|for|the|on|in|to|la) ){0,2}[A-Z][\w’'-]*\w)+"
)


def _unusual(words: Sequence[str]) -> float:
    """Higher for a phrase of rare words, lower for one of everyday words."""
    long = [commonness(word) for word in words if len(word) > 1]
    everyday = sum(long) / len(long) if long else 0.5
    return 1.7 - everyday if everyday < 1.2 else 0.5


def termhood(
    proposals: Places, texts: Sequence[str], tokens: Sequence[list[TaggedWord]]
) -> dict[str, float]:
    """How much each phrase looks like a term by itself, more for one that stands alone often."""
    holders = _holders(proposals)
    hoods = {}
    for text, places in proposals.items():
        count = len(places)
        # Often inside one longer phrase that recurs: that one is the term.
        free = count - (0.8 * max(holders[text].values(), default=0) if text in holders else 0)
        rare = 1.0 / (1.0 + (1.5 * commonness(text)) ** 4)
        unit, span = places[0]
        inside = [token for token in tokens[unit] if span[0] <= token[0] and token[1] <= span[1]]
        shape = _shape(text, [tag for _, _, tag in inside], count)
        rare *= _unusual([texts[unit][at:end] for at, end, _ in inside])
        hoods[text] = math.log2(1 + max(free, 0.5)) * rare * _length(text) * shape
    return hoods


def _holders(proposals: Places) -> dict[str, Counter[str]]:
    """For each phrase, how often each longer one that recurs holds it."""
    inside: dict[str, Counter[str]] = {}
    for text, _, holder in _nested(proposals):
        inside.setdefault(text, Counter())[holder] += 1
    return inside


def held_places(proposals: Places) -> dict[str, set[tuple[int, Span]]]:
    """The places (unit, span) of each phrase that lie inside a longer one that recurs."""
    held: dict[str, set[tuple[int, Span]]] = {}
    for text, place, _ in _nested(proposals):
        held.setdefault(text, set()).add(place)
    return held


def _nested(proposals: Places) -> Iterator[tuple[str, tuple[int, Span], str]]:
    """Each phrase's places inside a longer one that recurs, with that one."""
    by_unit: dict[int, list[tuple[Span, str]]] = {}
    for text, places in proposals.items():
        for unit, span in places:
            by_unit.setdefault(unit, []).append((span, text))
    for unit, spans in by_unit.items():
        for (low, high), other in spans:
            if len(proposals[other]) < 2:
                continue
            for (start, end), text in spans:
                if low <= start and end <= high and (low, high) != (start, end):
                    yield text, (unit, (start, end)), other


# What qualifies or generalises without naming a kind of thing.
_PRAISE = re.compile(
    r"(?:全面|关键|显著|重大|大量|多重|相关|具体|其他|实际|巨大|严重|非常|极其|极端|独特|理想|"
    r"主要|日益|明确|充分|重要|"
    r"有力|最高|更|新|当前|目前|首要|根本|总体|切实|强有力|各种|许多|少数|大多数|部分|全球|数百|"
    r"数千)"
)
_GENERAL = re.compile(
    r"(?:问题|方面|局势|情况|挑战|进展|能力|努力|影响|需求|需要|方式|过程|作用|结果|因素|要素|"
    r"条件|方法|办法|目标|机会|"
    r"要求|建议|活动|工作|措施|水平|程度|意见|观点|工具|领域|时期|期间|范围|利益|格局|手段|目的|"
    r"原因|内容|指控)$"
)


def _length(text: str) -> float:
    return min(1.6, 0.4 + 0.2 * len(text)) if len(text) <= 14 else 1.3


_EVERYDAY = 0.57  # 300 times in jieba's counts


def _shape(text: str, tags: Sequence[str], count: int) -> float:
    """Lower for what begins with a verb or joins two things, higher for kinds of things."""
    value = 1.25 if KINDS.search(text) else 1.0
    if _PRAISE.match(text) or _GENERAL.search(text):
        value *= 0.55
    if len(tags) == 1 and commonness(text) > _EVERYDAY:
        value *= 0.4
    if tags and tags[0].startswith("nr"):
        value *= 0.3  # a person
    if len(tags) == 1 and not tags[0].startswith(("n", "vn", "an", "j", "term", "g")):
        value *= 0.45  # 至关重要, 密切合作
    elif tags and tags[-1] in ("v", "a", "d", "zg", "q", "f"):
        value *= 0.8
    if count > 2:  # a set phrase
        return value
    if any(tag in ("p", "f", "d", "c", "r") for tag in tags[1:-1]) and not JOINS.search(text):
        value *= 0.5  # 妇女在和平行动
    if JOINS.search(text):
        value *= 0.6
    if len(tags) > 1 and tags[0] == "v":
        value *= 0.6
    return value


_VERBAL = re.compile(r"^\w+(?:ing|ed)$")
_CLAUSE = re.compile(r"\b(?:should|would|had|was|were|is|are|must|to|be|been|have|has)\b")
_NOT_VERBAL = re.compile(r"(?:keeping|building|training|funding|meeting|finding|being|setting)s?$")


def _fit(term: TermRenderings, best: RenderingCount) -> float:
    """How surely the rendering is the term's, and whether it looks like one."""
    share = best.count / term.count
    words = best.text.split()
    name = is_name(best.text) and not best.text.isdigit()
    value = best.score**2 * (0.4 + 0.6 * share)
    if name:
        value *= 3.5 if len(words) > 1 else 2.5 if best.text.isupper() else 1.5
    ratio = len(words) / max(len(term.term) / 2, 1)
    if not 0.25 <= ratio <= (5.0 if name else 2.5):  # 马里稳定团 for a name of nine words
        value *= 0.6
    verbal = [w for w in words if _VERBAL.match(w) and not _NOT_VERBAL.search(w)]
    if best.text.endswith(("-led", "-related", "-based", "-driven")):
        value *= 0.3
    if len(words) == 1 and words[0].endswith("ly"):
        value *= 0.3
    if verbal and not name:
        value *= 0.6
    if _CLAUSE.search(best.text):
        value *= 0.3
    return value


def _recurrences(one: Candidate, texts: Sequence[str]) -> int:
    needle = f" {key(one.target)}"
    return sum(needle in text for text in texts)


def weighed(candidates: Sequence[Candidate], texts: Sequence[str]) -> list[Candidate]:
    """The candidates in their final order: parts of names, and pairs of terms, count less."""
    sources = {one.source for one in candidates}
    recurring = Counter({key(one.target): _recurrences(one, texts) for one in candidates})
    weighed = []
    names: set[str] = set()
    for one in candidates:
        value = one.score * (1.3 if recurring[key(one.target)] > 1 else 1.0)
        if _part_of_name(one):
            value *= 0.35
        if is_name(one.target) and " " in one.target:
            value *= _as_name(one, names)
            names.add(key(one.target))
        halves = JOINS.split(one.source, maxsplit=1)
        if len(halves) == 2 and set(halves) <= sources:
            value *= 0.4
        weighed.append(replace(one, score=round(value, 4)))
    return _apart(sorted(weighed, key=lambda c: (-c.score, c.source)))


def _apart(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that stand nowhere but where a better one stands come after the others."""
    used: dict[int, list[Span]] = {}
    kept = []
    for one in candidates:
        places = [place for variant in one.variants for place in variant.places]
        free = [p for p in places if not _taken(p.source_span, used.get(p.unit, []))]
        if free or is_name(one.target) or one.count > 1:
            for place in free:
                used.setdefault(place.unit, []).append(place.source_span)
            kept.append(one)
        else:
            kept.append(replace(one, score=round(one.score * 0.55, 4)))
    return sorted(kept, key=lambda c: (-c.score, c.source))


def _taken(span: Span, used: Sequence[Span]) -> bool:
    """Whether a span crosses used ones, lies in one, or has little beside those that it holds."""
    start, end = span
    held = 0
    for low, high in used:
        if start <= low and high <= end:
            held = max(held, high - low)
        elif low < end and start < high:
            return True
    return held > _HELD * (end - start)


_HELD = 0.7


def _as_name(one: Candidate, names: set[str]) -> float:
    """Lower for a second source of a name that is no kind of thing, and for two names at once."""
    if key(one.target) in names and not KINDS.search(one.source):
        return 0.25
    parts = [key(part) for part in re.split(r" and (?:the )?", one.target)]
    if len(parts) > 1 and (set(parts) & names or " and the " in one.target):
        return 0.2
    return 1.0


def _part_of_name(one: Candidate) -> bool:
    """Whether the rendering stands only inside longer names in its example."""
    _, target = side(one.example, "zh")
    start, end = one.place.target_span
    return any(
        match.start() <= start and end <= match.end() and match.end() - match.start() > end - start
        for match in ONE_NAME.finditer(target)
    )  # fmt: skip


def one_for_each(candidates: list[Candidate]) -> list[Candidate]:
    """Of candidates with one rendering whose sources hold each other, the one that fits best.

    It takes the place of the group's first. A longer source is preferred as long as it fits as
    well: 观察组 rather than 观察 for the name of an observer group.
    """
    candidates = sorted(candidates, key=lambda c: (-c.score, c.source))
    groups: list[list[Candidate]] = []
    by_form: dict[str, list[list[Candidate]]] = {}
    for one in candidates:
        mates = by_form.setdefault(key(one.target), [])
        group = next((g for g in mates if _related(one, g)), None)
        if group is None:
            group = []
            mates.append(group)
            groups.append(group)
        group.append(one)
    return [replace(_best_of(group), score=group[0].score) for group in groups]


def _best_of(group: Sequence[Candidate]) -> Candidate:
    """The candidate that fits best among those that are about as frequent as any."""
    most = max(one.count for one in group)
    usual = [one for one in group if 2 * one.count >= most]
    best = max(usual, key=_fitness)
    if most < 3:
        return best
    # 建设和平 rather than 建设 for peacebuilding: what recurs is a set phrase as a whole.
    whole = [one for one in usual if best.source in one.source and _fits(one, best)]
    return max(whole, key=lambda one: (len(one.source), one.source))


def _fits(one: Candidate, best: Candidate) -> bool:
    return one.variants[0].score >= best.variants[0].score - 0.2


def _related(one: Candidate, group: Sequence[Candidate]) -> bool:
    first = group[0]
    return one.source in first.source or first.source in one.source


def _fitness(one: Candidate) -> tuple[float, str]:
    fit = one.variants[0].score + 0.03 * min(len(one.source), 12)
    kind = 0.08 if KINDS.search(one.source) else 0.0
    return fit + kind + 0.015 * math.log2(one.count), one.source
