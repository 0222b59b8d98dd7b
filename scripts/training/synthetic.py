"""Documents with known beads, made from sentence pairs by merging, splitting, dropping, moving.

What translators do is done to one side: two sentences become one, one becomes two, a clause moves
into the neighbouring sentence, a sentence or a page is left out. Paragraphs, labels and the mistakes
that extraction makes in them are made as well, so that structure can be learned as evidence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from align.alignment.bead_files import BeadIndices
from align.datatypes import Document, Paragraph, Segment

Sentence = tuple[int, int]  # side, number

_COMMA = {"zh": re.compile(r"[，；]"), "en": re.compile(r"[,;](?= )")}
_STOP = {"zh": "。", "en": "."}


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities of each operation at a sentence pair."""

    merge: float = 0.14  # of which half on each side
    split: float = 0.10
    move: float = 0.05
    drop: float = 0.03
    block: float = 0.5  # of a document: a page is missing on one side
    triple: float = 0.02  # three sentences become one


@dataclass
class _Made:
    source: list[str]
    target: list[str]
    beads: list[BeadIndices]
    breaks: list[tuple[int, int]]  # sentence counts where a paragraph begins

    def add(self, source: Sequence[str], target: Sequence[str]) -> None:
        s, t = len(self.source), len(self.target)
        self.source += source
        self.target += target
        self.beads.append((tuple(range(s, s + len(source))), tuple(range(t, t + len(target)))))


def make_document(
    pairs: Sequence[tuple[str, str]], seed: int, *, rates: Rates | None = None, structured: bool
) -> tuple[Document, Document, list[BeadIndices]]:
    """A document pair from consecutive sentence pairs; the same seed gives the same document."""
    rates = rates or Rates()
    rng = random.Random(seed)
    made = _Made([], [], [], [])
    index = 0
    missing = range(0)
    if rng.random() < rates.block and len(pairs) > 60:
        begin = rng.randrange(10, len(pairs) - 50)
        missing = range(begin, begin + rng.randint(6, 40))
    on_source = rng.random() < 0.5
    while index < len(pairs):
        if index in missing:
            for zh, en in pairs[index : missing.stop]:
                made.breaks.append((len(made.source), len(made.target)))
                made.add(*(([zh], []) if on_source else ([], [en])))
            index = missing.stop
            continue
        made.breaks.append((len(made.source), len(made.target)))
        end = min(index + rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8)), len(pairs))
        if index < missing.start:
            end = min(end, missing.start)
        while index < end:
            index += _operate(made, pairs[index:end], rng, rates)
    labelled = structured and rng.random() < 0.6
    return (
        _document(made.source, [s for s, _ in made.breaks], "zh-CN", rng, structured, labelled),
        _document(made.target, [t for _, t in made.breaks], "en-US", rng, structured, labelled),
        [bead for bead in made.beads if bead[0] or bead[1]],
    )


def _operate(
    made: _Made, pairs: Sequence[tuple[str, str]], rng: random.Random, rates: Rates
) -> int:
    """Take one to a few pairs into the document; how many were taken."""
    (zh, en), dice = pairs[0], rng.random()
    if dice < rates.drop:
        made.add(*(([zh], []) if rng.random() < 0.5 else ([], [en])))
        return 1
    dice -= rates.drop
    if dice < rates.merge and len(pairs) > 1:
        (zh2, en2) = pairs[1]
        if rng.random() < 0.5:
            made.add([zh, zh2], [_joined(en, en2, "en")])
        else:
            made.add([_joined(zh, zh2, "zh")], [en, en2])
        return 2
    dice -= rates.merge
    if dice < rates.triple and len(pairs) > 2:
        zhs, ens = [p[0] for p in pairs[:3]], [p[1] for p in pairs[:3]]
        if rng.random() < 0.5:
            made.add(zhs, [_joined(_joined(ens[0], ens[1], "en"), ens[2], "en")])
        else:
            made.add([_joined(_joined(zhs[0], zhs[1], "zh"), zhs[2], "zh")], ens)
        return 3
    dice -= rates.triple
    if dice < rates.split:
        lang = rng.choice(("zh", "en"))
        parts = _split(zh if lang == "zh" else en, lang)
        made.add(*((parts, [en]) if lang == "zh" else ([zh], parts)))
        return 1
    dice -= rates.split
    if dice < rates.move and len(pairs) > 1:
        (zh2, en2) = pairs[1]
        lang = rng.choice(("zh", "en"))
        moved = _move(*((zh, zh2) if lang == "zh" else (en, en2)), lang, rng)
        if moved is not None:
            made.add(*((moved, [en, en2]) if lang == "zh" else ([zh, zh2], moved)))
            return 2
    made.add([zh], [en])
    return 1


def _joined(first: str, second: str, lang: str) -> str:
    if lang == "zh":
        return first.rstrip("。！？ ") + "，" + second
    if second[:1].isupper() and not second[1:2].isupper() and not second.startswith("I "):
        second = second[0].lower() + second[1:]
    return first.rstrip(".!? ") + ", and " + second


def _cut(text: str, lang: str) -> int | None:
    """The clause boundary nearest the middle, where both parts are long enough."""
    least = 6 if lang == "zh" else 18
    places = [m.end() for m in _COMMA[lang].finditer(text)]
    places = [p for p in places if p >= least and len(text) - p >= least]
    return min(places, key=lambda p: abs(p - len(text) / 2)) if places else None


def _split(text: str, lang: str) -> list[str]:
    place = _cut(text, lang)
    if place is None:
        return [text]
    head, tail = text[: place - 1] + _STOP[lang], text[place:].strip()
    return [head, tail[:1].upper() + tail[1:]]


def _move(first: str, second: str, lang: str, rng: random.Random) -> list[str] | None:
    """A clause of one sentence goes over into the other."""
    if rng.random() < 0.5:
        place = _cut(first, lang)
        if place is None:
            return None
        clause = first[place:].strip().rstrip("。.!?！？")
        comma = "，" if lang == "zh" else ", "
        return [first[: place - 1] + _STOP[lang], clause + comma + second]
    place = _cut(second, lang)
    if place is None:
        return None
    clause, rest = second[: place - 1], second[place:].strip()
    return [_joined(first, clause + _STOP[lang], lang), rest[:1].upper() + rest[1:]]


def _document(
    texts: Sequence[str],
    breaks: Sequence[int],
    lang: str,
    rng: random.Random,
    structured: bool,
    labelled: bool,
) -> Document:
    """Texts as a document; paragraphs are lost or invented now and then, as extraction does."""
    starts = {0}
    for place in breaks:
        if structured and rng.random() > 0.05:
            starts.add(place)
        elif structured and rng.random() < 0.3:
            starts.add(place + 1)
    segments: list[Segment] = []
    paragraphs: list[Paragraph] = []
    at = number = 0
    begin, label = 0, None
    order = {place: k + 1 for k, place in enumerate(breaks)}
    for index, text in enumerate(texts):
        if index in starts and index:
            paragraphs.append(Paragraph(begin, at - 1, len(paragraphs) + 1, number=label))
            begin, number = at, number + 1
        if index in starts:
            label = str(order[index]) if labelled and index in order else None
        segments.append(Segment(text, lang, at, at + len(text), len(paragraphs)))
        at += len(text) + 1
    paragraphs.append(Paragraph(begin, max(at - 1, 0), len(paragraphs) + 1, number=label))
    return Document("synthetic", lang, "\n".join(texts), tuple(paragraphs), tuple(segments))


def leave_out(
    source: Document,
    target: Document,
    beads: Sequence[BeadIndices],
    share: float,
    rng: random.Random,
) -> tuple[Document, Document, list[BeadIndices], set[Sentence]]:
    """The pair without one side of a `share` of its 1-1 beads: as if it had not been translated.

    Also the beads that are left, and the sentences that have lost their counterpart.
    """
    gone: tuple[set[int], set[int]] = (set(), set())
    left: list[Sentence] = []
    for bead in beads:
        if len(bead[0]) == len(bead[1]) == 1 and rng.random() < share:
            side = rng.randrange(2)
            gone[side].add(bead[side][0])
            left.append((1 - side, bead[1 - side][0]))
    first, first_places = _without(source, gone[0])
    second, second_places = _without(target, gone[1])
    places = (first_places, second_places)
    kept = [
        (
            tuple(first_places[k] for k in bead[0] if k in first_places),
            tuple(second_places[k] for k in bead[1] if k in second_places),
        )
        for bead in beads
    ]
    return first, second, kept, {(side, places[side][k]) for side, k in left}


def alone_in(beads: Sequence[BeadIndices]) -> set[Sentence]:
    """The sentences without a counterpart."""
    return {
        (side, k)
        for bead in beads
        if not bead[0] or not bead[1]
        for side in (0, 1)
        for k in bead[side]
    }


def _without(document: Document, gone: set[int]) -> tuple[Document, dict[int, int]]:
    """A document without some sentences, and the new number of each that is left."""
    kept = [k for k in range(len(document.segments)) if k not in gone]
    segments: list[Segment] = []
    paragraphs: list[Paragraph] = []
    last = -1
    for k in kept:
        segment = document.segments[k]
        if segment.paragraph != last:
            last = segment.paragraph
            paragraphs.append(document.paragraphs[last])
        segments.append(replace(segment, paragraph=len(paragraphs) - 1))
    numbers = {k: number for number, k in enumerate(kept)}
    return replace(document, segments=tuple(segments), paragraphs=tuple(paragraphs)), numbers
