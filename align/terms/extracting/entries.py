"""One entry for each thing: of pairs that were scored, those that go into the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.datatypes import TranslationUnit
from align.terms.extracting.features import NAMES, Described
from align.terms.extracting.headwords import Written
from align.terms.extracting.pairs import Document, Pair
from align.terms.extracting.phrases import JOINS
from align.terms.following.pieces import SMALL_ENGLISH
from align.terms.renderings import SURE, Place, RenderingCount, key

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed pair with its evidence; `score` is the probability that it is an entry."""

    source: str
    target: str
    score: float
    count: int
    variants: tuple[RenderingCount, ...]  # the chosen rendering first, then those likely right
    example: TranslationUnit
    place: Place  # of the example


def entries(
    found: Sequence[Pair],
    scores: NDArray[np.float32],
    document: Document,
    unfit: Set[int] = frozenset(),
) -> Iterator[Candidate]:
    """The best pair of each phrase, best first, one for each thing.

    Of phrases with one rendering, of which one lies in the other, the better one is the entry: 观察组
    rather than 观察 for an observer group. Two entries that "and" joins are no third one. Pairs at the
    places `unfit` are left out.
    """
    unfit = unfit | halves(found, scores) | bound(found, document.zh) | joined(found, scores)
    unfit = unfit | overtaken(found, document, unfit)

    written = Written(document.en)
    proposed: set[str] = set()
    mates: dict[str, list[Pair]] = {}
    for at in np.argsort(-scores, kind="stable").tolist():
        one = found[at]
        if one.source in proposed or at in unfit:
            continue
        proposed.add(one.source)
        kept = mates.setdefault(key(one.rendering.text), [])
        if any(_one_thing(one, other) for other in kept):
            continue
        kept.append(one)
        yield _candidate(one, float(scores[at]), document, written)


def broken(found: Sequence[Pair], described: Described) -> set[int]:
    """The pairs that no ranking makes entries.

    What begins a sentence with a verb (Urges Member States), and a rendering that is cut out of a
    name where the same phrase has the whole name as surely, there and back ("Programme" of a
    development programme; but a centre whose rules have a name is a centre).
    """
    column = {
        name: described.numbers[:, NAMES.index(name)] for name in ("opening", "cut_name", "name")
    }
    whole: dict[tuple[str, int], list[Pair]] = {}
    for at, one in enumerate(found):
        if column["name"][at] and one.rendering.score >= SURE:
            for unit in {place.unit for place in one.rendering.places}:
                whole.setdefault((one.source, unit), []).append(one)
    return {
        at
        for at, one in enumerate(found)
        if column["opening"][at]
        or (
            column["cut_name"][at]
            and any(_cut_out(one, name) for name in whole.get((one.source, one.place.unit), ()))
        )
    }


def _cut_out(one: Pair, name: Pair) -> bool:
    """Whether a rendering is a part of a name that is none by itself.

    One by itself is surer than the name, there and back, and only small words are beside it.
    """
    start, end = one.place.target_span
    for place in name.rendering.places:
        low, high = place.target_span
        if place.unit != one.place.unit or not _within((start, end), (low, high)):
            continue
        text = name.rendering.text
        before, after = text[: start - low].split(), text[len(text) - (high - end) :].split()
        small = all(word.lower() in SMALL_ENGLISH for word in (*before[-1:], *after[:1]))
        if not small or _certain(one) <= _certain(name):
            return True
    return False


def _certain(one: Pair) -> float:
    """How sure a pair is in the direction in which it is less sure."""
    return min(one.rendering.score, one.back)


_SIDE = 3  # characters that tell a side of a phrase: two are met by chance


def bound(found: Sequence[Pair], texts: Sequence[str]) -> set[int]:
    """The pairs whose phrase never stands without a character that a pair of the same rendering has.

    行动促维和 for Action for Peacekeeping, where 以 stands before it each time, twice at least; and
    行动促维和+ with it, which begins as that does.
    """
    text = "\n".join(texts)
    sources: dict[str, set[str]] = {}
    for one in found:
        sources.setdefault(key(one.rendering.text), set()).add(one.source)
    cut = set()
    for at, one in enumerate(found):
        for other in sources[key(one.rendering.text)]:
            if len(other) != len(one.source) + 1 or one.source not in other:
                continue
            if _always(one.source, other, text):
                cut.add(at)
    return cut


def _always(phrase: str, longer: str, text: str) -> bool:
    """Whether the side of `phrase` that `longer` adds a character to has it wherever it recurs."""
    n = len(phrase)
    for size in range(n, min(n, _SIDE) - 1, -1):
        if longer.endswith(phrase):
            part, whole = phrase[:size], longer[: size + 1]
        else:
            part, whole = phrase[n - size :], longer[n - size :]
        if (count := text.count(part)) > 1:
            return text.count(whole) == count
    return False


def halves(found: Sequence[Pair], scores: NDArray[np.float32]) -> set[int]:
    """The pairs that stand nowhere but in one longer pair, on both sides, which is likely an entry.

    合作组织 for Cooperation is a half of 伊斯兰合作组织; 和平行动 stands where 维持和平行动 does not.
    """
    by_unit: dict[int, list[tuple[Span, Span, str]]] = {}
    for one, score in zip(found, scores.tolist(), strict=True):
        if score > 0 and not JOINS.search(one.source):
            for place in one.rendering.places:
                some = by_unit.setdefault(place.unit, [])
                some.append((place.source_span, place.target_span, one.source))
    inside = set()
    for at, one in enumerate(found):
        holders: set[str] | None = None
        for place in (place for r in one.term.renderings for place in r.places):
            here = {
                text
                for ours, theirs, text in by_unit.get(place.unit, ())
                if _within(place.source_span, ours) and _within(place.target_span, theirs)
            }
            holders = here if holders is None else holders & here
            if not holders:
                break
        if holders:
            inside.add(at)
    return inside


def overtaken(found: Sequence[Pair], document: Document, unfit: Set[int]) -> set[int]:
    """The pairs whose phrase is another one of the same rendering, with words of a clause beside it.

    根据秘书长 and 秘书长之间订立 for the Secretary-General, which goes back to 秘书长 more surely. What
    is `unfit` overtakes none: 以 of 以行动促维和 is no preposition beside a name.
    """
    by_place: dict[tuple[str, int, Span], list[int]] = {}
    for at, one in enumerate(found):
        for place in one.rendering.places if at not in unfit else ():
            where = key(one.rendering.text), place.unit, place.target_span
            by_place.setdefault(where, []).append(at)
    spans = [{(p.unit, p.target_span): p.source_span for p in o.rendering.places} for o in found]
    beaten = set()
    for (_, unit, target), some in by_place.items():
        tokens = document.tokens[unit]
        for at in some:
            ours = spans[at][unit, target]
            for other in some:
                theirs = spans[other][unit, target]
                if found[other].back > found[at].back and _within(theirs, ours):
                    beside = [tag for a, b, tag in tokens if _beside(a, b, ours, theirs)]
                    if beside and all(tag in _OF_CLAUSES for tag in beside):
                        beaten.add(at)
    return beaten


# Parts of speech: verbs (but vn, a noun), prepositions, adverbs, conjunctions, pronouns, localizers.
_OF_CLAUSES = frozenset(("v", "vd", "vi", "vq", "p", "d", "c", "r", "f"))


def _beside(start: int, end: int, longer: Span, span: Span) -> bool:
    """Whether a word of the longer span lies outside of the shorter one."""
    return longer[0] <= start and end <= longer[1] and (end <= span[0] or span[1] <= start)


_ENGLISH_JOINS = re.compile(r",? (?:and|or) (?:the )?|, ")


def joined(found: Sequence[Pair], scores: NDArray[np.float32]) -> set[int]:
    """The pairs that are two others side by side, in the same order, which are both likely entries.

    非洲联盟和欧洲联盟 for the African Union and the European Union, where the text has either alone too;
    管理战略、政策和合规部 stays, as 管理战略 alone is no department.
    """
    likely: dict[str, set[str]] = {}
    for one, score in zip(found, scores.tolist(), strict=True):
        if score > 0:
            likely.setdefault(one.source, set()).add(key(one.rendering.text))
    return {at for at, one in enumerate(found) if _is_two(one, likely)}


def _is_two(one: Pair, likely: Mapping[str, Set[str]]) -> bool:
    for ours in JOINS.finditer(one.source):
        left = likely.get(one.source[: ours.start()])
        right = likely.get(one.source[ours.end() :])
        if not left or not right:
            continue
        text = one.rendering.text
        for theirs in _ENGLISH_JOINS.finditer(text):
            if key(text[: theirs.start()]) in left and key(text[theirs.end() :]) in right:
                return True
    return False


def _within(span: Span, longer: Span) -> bool:
    return longer[0] <= span[0] and span[1] <= longer[1] and span != longer


def _one_thing(one: Pair, other: Pair) -> bool:
    """Whether a pair of the same rendering is a part of another, or holds it, at one of its places."""
    if one.source not in other.source and other.source not in one.source:
        return False
    theirs = {(place.unit, place.target_span) for place in other.rendering.places}
    return any((place.unit, place.target_span) in theirs for place in one.rendering.places)


def _candidate(one: Pair, score: float, document: Document, written: Written) -> Candidate:
    others = tuple(
        r for r in one.term.renderings if r is not one.rendering and r.text and r.score >= SURE
    )
    return Candidate(
        one.source,
        written.headword(one.rendering.text),
        round(float(1 / (1 + np.exp(-score))), 4),
        one.term.count,
        (one.rendering, *others),
        document.units[one.place.unit],
        one.place,
    )
