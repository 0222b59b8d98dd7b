"""Which lines of a page are one paragraph, told by a model from where they stand and how they read.

Leading, indents, room left at the line's end, fonts, labels and the words on either side of the
break are features; their weights were learned on documents set by typst, LibreOffice and Chromium
in random layouts (scripts/train_paragraphs), so that no distance is typed in. Distances count in
the font's size or the document's own leading.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from align.document.blocks import Block, Cell
from align.document.labels import label_of
from align.document.structure import is_division, is_preambular
from align.errors import ModelError
from align.language.languages import Language
from align.language.scripts import FULL_WIDTH, HAN, is_han

Floats = npt.NDArray[np.float64]

STATIC = (
    "bias", "chinese", "broken", "gap", "gap_small", "gap_some", "gap_more", "gap_much", "gap_beside",
    "document_gaps", "solid_where_gaps", "indented", "indent", "outdented", "in_frame",
    "a_in_frame", "indented_where_indents", "flush_where_indents", "full", "room", "much_room",
    "room_here", "narrow", "size", "bold", "bolder", "lighter", "larger", "smaller",
    "stop", "colon", "comma", "open", "hyphen", "lower", "upper", "label", "han", "quote",
    "stop_room", "stop_full", "open_full", "open_room", "open_lower", "comma_room", "broken_open",
    "broken_full", "broken_lower", "broken_stop", "a_gapped", "b_gapped", "a_contents",
    "b_contents", "a_centred", "b_centred", "a_label_only", "label_indent", "label_aligned",
    "label_follows", "short", "in_cell", "nearly", "open_nearly", "stop_nearly", "comma_nearly",
    "opener", "comma_opener", "comma_no_opener",
)  # fmt: skip
SEQUENTIAL = (
    "first", "labelled", "labelled_first", "hanging", "aligned_to_first", "aligned_to_last",
    "second_left", "long", "first_indented",
)  # fmt: skip
FEATURES = STATIC + SEQUENTIAL
_MUCH_ROOM = STATIC.index("much_room")

_FILE = Path(__file__).with_name("flow.json")
_STOP = re.compile(r"[.!?。！？…．][\"'”’）)」』】》\]\d]*$")
_FIRST = re.compile(f"[{HAN}{FULL_WIDTH}]|[^\\s{HAN}{FULL_WIDTH}]+")
_HAN_CHAR = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_SECTION = re.compile(f"\\d{{1,2}}(?:\\.\\d{{1,2}})*\\s+(?:[A-Z]|[{HAN}])")
_BULLETS = frozenset("•●○■▪◆◦∙·‣➢➤►▶✓✔*-–—▫□◇")
# Of a column's lines one in eight may stick out: punctuation hangs over the edge of justified
# Chinese in what office programs set.
_HANGING = 0.88
# Font sizes that a full line may lack: no line of Chinese begins with a stop, so the character
# before it goes down as well.
_KINSOKU = 1.5
_SURE = 3  # lines, or clauses: a full one may end its paragraph without a stop, as a heading does
_APART = 1.1  # leadings: the least that programs set paragraphs apart by is a fifth of one
_LOOSER = 1.25  # no usual style sets a heading's own lines further apart than that
_WORDS = 3  # Latin words, or Chinese characters: fewer are a name or a formula within the other
_LARGER = 1.06  # of the text's size: what the model holds for larger as well
# Log-odds of a sure break. In 859 well tagged PDFs (corpora/ in 35 layouts and kinds of page) 0.18 of
# them at most are denied, and none of more than 3.5; with one element a page 0.38 or more are, in a bad
# tree of a real file 0.24.
_CERTAIN, _BEYOND_DOUBT = 2.0, 4.0
_MERGED = 0.2
_BROKEN = 0.9  # of the sure joins; well tagged small print has up to 0.83, one element a line all
_FLUSH = 0.3  # font sizes: a mark may hang over the edge, no character is so narrow
_CENTRED = 3.0  # font sizes: a first line stands in by two
_LEVEL = 0.08  # of a leading: baselines of one size are set to a few hundredths of it


class _Line(NamedTuple):
    """What is asked of one line again and again."""

    block: Block
    stop: bool
    colon: bool
    comma: bool
    hyphen: bool
    lower: bool
    upper: bool
    label: bool
    han: bool
    quote: bool
    bare: bool
    number: str
    opener: bool  # as the paragraphs of a resolution begin
    word: float  # points that its first word needs
    centred: bool
    edge: float  # the right edge of its column
    script: int  # Chinese characters less Latin words


def _lines(blocks: Sequence[Block], edges: Sequence[float]) -> list[_Line]:
    found = []
    for block, edge in zip(blocks, edges, strict=True):
        text = block.text.strip()
        box, frame = block.box, block.frame
        assert box is not None
        assert frame is not None
        first, last = text[:1], text[-1:]
        number, end = label_of(text)
        bullet = (first in _BULLETS and len(text) > 1 and text[1] in " \t\u3000") or end > 0
        word = _FIRST.match(text)
        share = len(word[0]) / max(len(text), 1) if word else 1.0
        left, right = box.left - frame.left, edge - box.right
        size = block.size
        centred = left > 1.5 * size and abs(left - right) < 1.5 * size
        found.append(
            _Line(
                block,
                bool(_STOP.search(text[-6:])),
                last in ":：;；",
                last in ",，、",
                last in "-\u2010\u2011\u00ad",
                first.islower(),
                first.isupper(),
                bullet,
                is_han(first),
                first in '“"「『‘《（(',
                end >= len(text) > 0,
                number or "",
                is_preambular(text[:40]),
                block.word or box.width * share,
                centred,
                edge,
                len(_HAN_CHAR.findall(text)) - len(_LATIN_WORD.findall(text)),
            )
        )
    return found


def right_edges(blocks: Sequence[Block]) -> list[float]:
    """The right edge of each line's column.

    A column of a few short lines does not show its width; then the narrowest well filled column
    of the document that begins at the same place and is as wide tells it.
    """
    frames: defaultdict[tuple[int | None, float, float, float], list[Block]] = defaultdict(list)
    keys = []
    for block in blocks:
        assert block.frame is not None
        key = (block.page, *block.frame[:3])
        keys.append(key)
        frames[key].append(block)
    known: defaultdict[int, Counter[float]] = defaultdict(Counter)
    filled, right = {}, {}
    for key, held in frames.items():
        frame = held[0].frame
        assert frame is not None
        right[key] = frame.right
        if held[0].cell is None:
            ends = sorted(block.box.right for block in held if block.box)
            # A drawn frame says where its lines may end, all of its lines being shorter.
            if frame.right <= ends[-1] + 1:
                right[key] = ends[int(_HANGING * (len(ends) - 1))]
        reaching = sum(
            1 for block in held if block.box and block.box.right > right[key] - 1.5 * block.size
        )
        filled[key] = reaching >= 3 or held[0].cell is not None
        if filled[key] and held[0].cell is None:
            known[round(frame.left / 6)][round(right[key])] += len(held)
    found = []
    for key, block in zip(keys, blocks, strict=True):
        frame = block.frame
        assert frame is not None
        edge = right[key]
        if not filled[key]:
            place = round(frame.left / 6)
            near = Counter[float]()
            for step in (-1, 0, 1):
                near += known[place + step]
            wider = [place for place in near if place >= edge - block.size]
            if wider:
                most = max(near[place] for place in wider)
                edge = max(edge, min(place for place in wider if near[place] * 5 >= most))
        found.append(edge)
    return found


def _below(a: Block, b: Block) -> bool:
    """Whether `b` stands below `a` in the same column of the same page."""
    assert a.box
    assert b.box
    return (
        a.page == b.page
        and a.frame == b.frame
        and a.box.top < b.box.top
        and b.box.top - a.box.bottom < 6 * a.size
    )


@dataclass(frozen=True, slots=True)
class Measures:
    """What a document keeps to: the leading of each font size in points, how often paragraphs
    stand apart (0 to 1) and how often their first lines are indented (0 to 1)."""

    leadings: dict[tuple[bool, float], float]  # by whether Chinese stands in the line, and size
    gaps: float
    indents: float
    body: float = 0.0  # the size of most of the text, in points

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Measures:
        """Measured over the running text of a document."""
        pairs = [pair for pair in pairwise(blocks) if _below(*pair)]
        letters: Counter[float] = Counter()
        for block in blocks:
            letters[block.size] += len(block.text)
        body = max(letters, key=lambda size: (letters[size], size), default=0.0)
        measures = cls(_leadings(pairs), 0.0, 0.0, body)
        if not pairs:
            return measures
        apart = [measures.gap(a, b) > 0.2 for a, b in pairs]
        indented = [
            0.8 < (b.box.left - a.box.left) / max(a.size, 1.0) < 4
            for a, b in pairs
            if a.box and b.box
        ]
        # A paragraph has five lines or fewer on the average: then every paragraph shows it.
        return cls(
            measures.leadings,
            min(1.0, 5 * sum(apart) / len(pairs)),
            min(1.0, 5 * sum(indented) / len(pairs)),
            body,
        )

    def leading(self, size: float, *, han: bool) -> float:
        """The distance of two lines of a paragraph set in `size`, with Chinese in it or without."""
        found = self.leadings.get((han, size)) or self.leadings.get((not han, size))
        if found is not None:
            return found
        if not self.leadings:
            return 1.3 * size
        near = min(self.leadings, key=lambda each: (abs(each[1] - size), each[0] != han))
        return self.leadings[near] * size / near[1]

    def gap(self, a: Block, b: Block) -> float:
        """How much further than lines of a paragraph `b` stands below `a`, in leadings."""
        assert a.box
        assert b.box
        leading = self.leading(max(a.size, b.size), han=_has_han(b))
        return (b.box.bottom - a.box.bottom) / leading - 1


def _leadings(pairs: Sequence[tuple[Block, Block]]) -> dict[tuple[bool, float], float]:
    """How far apart the lines of a paragraph stand, by script and size.

    Fonts of Chinese are higher than Latin ones of their size: in a document of both, the lines of
    the one stand further apart. The script that has fewer lines is measured where a line is full
    and reads on.
    """
    steps: defaultdict[tuple[bool, float], list[float]] = defaultdict(list)
    flowing: defaultdict[tuple[bool, float], list[float]] = defaultdict(list)
    for a, b in pairs:
        assert a.box
        assert b.box
        assert a.frame
        step = b.box.bottom - a.box.bottom
        if a.size == b.size and step < 3 * a.size and _has_han(a) == _has_han(b):
            key = _has_han(b), a.size
            steps[key].append(step)
            full = a.box.right > a.frame.right - _KINSOKU * a.size
            if full and not _STOP.search(a.text.rstrip()[-6:]):
                flowing[key].append(step)
    if not steps:
        return {}
    scripts: Counter[bool] = Counter()
    for (han, _), values in steps.items():
        scripts[han] += len(values)
    main = max(scripts, key=lambda han: (scripts[han], han))
    # The lines of paragraphs are the closest: what a quarter of them keeps to is solid.
    found = {
        size: max(sorted(values)[len(values) // 4], 0.9 * size)
        for (han, size), values in steps.items()
        if han is main
    }
    # Where most paragraphs are of one line each, the lines that read on from full ones tell, if they
    # agree: lines with readings above their characters do not.
    for size, leading in found.items():
        values = sorted(flowing[main, size])
        if len(values) >= _SURE:
            solid, loose = median(values), values[len(values) * 3 // 4]
            if loose <= _APART * solid < leading:
                found[size] = max(solid, 0.9 * size)
    body = max(found, key=lambda size: (len(steps[main, size]), size))
    solid = found[body] / body
    # Headings of one line each stand apart only; they are set as solid as the text.
    leadings = {
        (main, size): leading if leading <= _LOOSER * solid * size else solid * size
        for size, leading in found.items()
    }
    for (han, size), values in flowing.items():
        if han is not main:
            leadings[han, size] = max(sorted(values)[len(values) // 4], 0.9 * size)
    return leadings


def _has_han(block: Block) -> bool:
    return _HAN_CHAR.search(block.text) is not None


class Features:
    """The features of the breaks between consecutive lines of a run of text."""

    def __init__(
        self,
        blocks: Sequence[Block],
        *,
        language: Language,
        measures: Measures | None = None,
        edges: Sequence[float] | None = None,
    ) -> None:
        self.measures = measures or Measures.of(blocks)
        self.lines = _lines(blocks, right_edges(blocks) if edges is None else edges)
        self.language = language
        n = max(0, len(self.lines) - 1)
        below = [_below(a, b) for a, b in pairwise(blocks)]
        gaps = [
            self.measures.gap(a, b) if same else 0.0
            for (a, b), same in zip(pairwise(blocks), below, strict=True)
        ]
        values = chain.from_iterable(self._pair(at, below, gaps) for at in range(n))
        self.static = np.fromiter(values, np.float64, n * len(STATIC)).reshape(n, len(STATIC))

    def _pair(self, at: int, below: Sequence[bool], gaps: Sequence[float]) -> list[float]:
        many_gaps, many_indents = self.measures.gaps, self.measures.indents
        a, b = self.lines[at], self.lines[at + 1]
        chinese = self._is_chinese(a, b)
        one, two = a.block, b.block
        assert one.box
        assert two.box
        assert one.frame
        assert two.frame
        em = max(one.size, 1.0)
        same = below[at]
        gap = min(max(gaps[at], -0.5), 1.5)
        beside = [
            gaps[other] for other in (at - 1, at + 1) if 0 <= other < len(below) and below[other]
        ]
        closest = min(beside, default=0.0)
        step = (
            (two.box.left - one.box.left) / em
            if same
            else ((two.box.left - two.frame.left) - (one.box.left - one.frame.left)) / em
        )
        step = min(max(step, -6.0), 6.0)
        inside = min(max((two.box.left - two.frame.left) / em, 0.0), 6.0)
        a_inside = min(max((one.box.left - one.frame.left) / em, 0.0), 6.0)
        room = (a.edge - one.box.right - b.word) / em - (0.0 if chinese else 0.2)
        full = room <= 0
        nearly = room <= _KINSOKU
        around = [
            line.block.box.right
            for line in self.lines[max(0, at - 2) : at + 4]
            if line.block.box and line.block.frame == one.frame
        ] or [one.box.right]
        room_here = (max(around) - one.box.right - b.word) / em
        grown = two.size / em
        opened = not (a.stop or a.colon or a.comma or a.hyphen)
        width = max(a.edge - one.frame.left, em)
        return [
            1.0, chinese, not same, gap, same and abs(gap) < _LEVEL,
            gap > 0.1, gap > 0.2, gap > 0.6,
            same and gap > closest + 0.15,
            many_gaps, many_gaps * (same and gap < 0.12), step > 0.5, max(step, 0.0) / 3,
            step < -0.5, inside > 0.5, a_inside > 0.5,
            many_indents * (0.5 < inside < 5), many_indents * (inside <= 0.5),
            full, min(max(room, 0.0), 10.0) / 10, room > 3, room_here > 1.5,
            one.box.width < 0.5 * width, abs(grown - 1) > 0.06, one.bold != two.bold,
            two.bold and not one.bold, one.bold and not two.bold, grown > 1.06, grown < 0.94,
            a.stop, a.colon, a.comma, opened, a.hyphen, b.lower, b.upper, b.label, b.han, b.quote,
            a.stop and not full, a.stop and full, opened and full, opened and not full,
            opened and b.lower, a.comma and not full, (not same) and opened,
            (not same) and full, (not same) and b.lower, (not same) and a.stop,
            one.role == "row", two.role == "row", one.role == "contents",
            two.role == "contents", a.centred, b.centred, a.bare,
            b.label and step > 0.5, b.label and abs(step) < 0.3,
            b.label and _follows(a.number, b.number), len(one.text) < 12, one.cell is not None,
            nearly, opened and nearly, a.stop and nearly, a.comma and nearly,
            b.opener, a.comma and b.opener, a.comma and not b.opener,
        ]  # fmt: skip

    def _is_chinese(self, a: _Line, b: _Line) -> bool:
        """Whether two lines are Chinese, by what most of them is; the document's language where
        neither script has the better of it."""
        return self.language.is_chinese if a.script + b.script == 0 else a.script + b.script > 0

    def sequential(self, first: int, at: int) -> list[float]:
        """Features of the break after line `at` of the paragraph that begins at line `first`."""
        start, a, b = self.lines[first], self.lines[at], self.lines[at + 1]
        assert start.block.box
        assert a.block.box
        assert b.block.box
        assert start.block.frame
        assert a.block.frame
        assert b.block.frame
        em = max(a.block.size, 1.0)
        is_first = first == at
        left = b.block.box.left - b.block.frame.left
        first_left = start.block.box.left - start.block.frame.left
        last_left = a.block.box.left - a.block.frame.left
        hanging = start.label and is_first and 0.5 < (left - first_left) / em < 5
        return [
            is_first, start.label, start.label and is_first, hanging,
            abs(left - first_left) < 0.3 * em,
            not is_first and abs(left - last_left) < 0.3 * em,
            is_first and left < first_left - 0.5 * em,
            at - first >= 2, (start.block.box.left - start.block.frame.left) / em > 0.5,
        ]  # fmt: skip


@cache
def load_weights(path: Path = _FILE) -> Floats:
    """The weights of FEATURES. Raises ModelError when the file does not fit this version's."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["features"] != list(FEATURES):
            raise ModelError(f"{path}: made for other features; run scripts/train_paragraphs")
        return np.array(data["weights"], dtype=np.float64)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{path}: not a weights file ({error}); run scripts/train_paragraphs"
        ) from error


def flow_groups(
    blocks: Sequence[Block], content: Sequence[int], *, language: Language
) -> list[list[int]]:
    """The paragraphs of lines with places (`content`: the indices of those with text).

    The lines of a cell and those of a note are apart from the text; a note at the foot of a page
    does not cut the paragraph that goes on overleaf.
    """
    held = [blocks[index] for index in content]
    running = [block for block in held if block.cell is None and block.note is None]
    # Headings between tables say nothing of how far lines of a paragraph stand apart.
    measures = Measures.of(running if len(running) * 4 > len(held) else held)
    edges = dict(zip(content, right_edges(held), strict=True))
    texts: list[list[int]] = [[]]
    notes: defaultdict[str, list[int]] = defaultdict(list)
    cell: Cell | None = None
    for index in content:
        block = blocks[index]
        if block.note is not None:
            notes[block.note].append(index)
            continue
        if block.cell != cell:
            texts.append([])
            cell = block.cell
        texts[-1].append(index)
    flows = [
        _Flow.of(blocks, text, measures, edges, language=language)
        for text in (*texts, *notes.values())
        if text
    ]
    belief = _belief(flows)
    return sorted(group for flow in flows for group in flow.groups(belief))


@dataclass(frozen=True, slots=True)
class _Flow:
    """One run of text, whose lines are grouped with the measures of the whole document."""

    text: Sequence[int]
    features: Features
    scores: Sequence[float]  # of each break, the model's log-odds, less what is sequential

    @classmethod
    def of(
        cls,
        blocks: Sequence[Block],
        text: Sequence[int],
        measures: Measures,
        edges: Mapping[int, float],
        *,
        language: Language,
    ) -> _Flow:
        """The run of the lines with the indices `text`."""
        features = Features(
            [blocks[index] for index in text],
            language=language,
            measures=measures,
            edges=[edges[index] for index in text],
        )
        return cls(text, features, (features.static @ load_weights()[: len(STATIC)]).tolist())

    def _is_heading(self, line: _Line) -> bool:
        """Whether a line is bold or larger than the text."""
        return line.block.bold or line.block.size > _LARGER * self.features.measures.body

    def score(self, first: int, at: int) -> float:
        """The log-odds that a paragraph begins after line `at`, one having begun at `first`."""
        last = load_weights()[len(STATIC) :]
        return self.scores[at] + float(np.dot(last, self.features.sequential(first, at)))

    def _stated(self, first: int, at: int, belief: _Belief) -> bool | None:
        """What the file states of the break after line `at`, where that is believed."""
        said = self.features.lines[at + 1].block.starts
        if said is None or not (belief.starts if said else belief.goes_on):
            return None
        # Lines say little of a break between pages; an element that both hold says much.
        same = self.features.lines[at].block.page == self.features.lines[at + 1].block.page
        return said or (same and self.score(first, at) > _BEYOND_DOUBT)

    def _clauses(self) -> set[int]:
        """The lines that begin a preambular paragraph as others do: after a comma, at their place.

        A full line does not tell whether the next one goes on; where three paragraphs of the text
        are known to begin so, what begins so is one.
        """
        lines = self.features.lines
        openers = [
            at
            for at in range(1, len(lines))
            if lines[at - 1].comma
            and lines[at].opener
            # 又回顾, not 又 or 并鼓励: these go on from a comma in any prose.
            and is_preambular(lines[at].block.text.strip().lstrip("又还還") or "-")
            and lines[at].block.text.strip()[0] not in "并並"
        ]
        places = Counter(_place(lines[at]) for at in openers if self.scores[at - 1] > 0)
        return {at for at in openers if places[_place(lines[at])] >= _SURE}

    def groups(self, belief: _Belief) -> list[list[int]]:
        """The paragraphs of the run."""
        text, features = self.text, self.features
        clauses = self._clauses()
        found = [[text[0]]]
        first = 0
        for at in range(len(text) - 1):
            before, after = features.lines[at], features.lines[at + 1]
            stated = self._stated(first, at, belief)
            if _are_set_right(before, after) or _is_one_set_right(before, after):
                starts = True  # a name, then a date: the end of a letter
            elif (
                self._is_heading(before)
                and not self._is_heading(after)
                and _is_centred(before)
                and not _is_centred(after)
            ):
                starts = True
            elif stated is not None:
                starts = stated
            elif before.hyphen and after.lower and not before.label:
                starts = False  # a word goes on
            elif first == at and is_division(before.block.text):
                starts = True  # "Article 4" over its title
            elif before.stop and _changes_language(before, after):
                starts = True
            elif after.label and features.static[at, _MUCH_ROOM]:
                starts = True  # a label would have had room
            elif at + 1 in clauses:
                starts = True  # "Noting …," below a line that is full by chance
            elif self._is_heading(before) and self._is_heading(after) and _numbered(after):
                starts = True  # "Report" over "1. Introduction"
            else:
                # The page number of a contents list ends its entry.
                starts = before.block.role == "contents" or self.score(first, at) > 0
            if starts:
                found.append([])
                first = at + 1
            found[-1].append(text[at + 1])
        return found


class _Belief(NamedTuple):
    """What of a file's own word for its paragraphs is taken: that they begin, that they go on."""

    starts: bool
    goes_on: bool


def _belief(flows: Sequence[_Flow]) -> _Belief:
    """Whether what the file states of its paragraphs fits where its lines stand.

    A file whose every line is a paragraph begins one at nearly all breaks where the lines surely go
    on, one whose page is a paragraph goes on where one surely begins.
    """
    told: Counter[bool] = Counter()
    denied: Counter[bool] = Counter()
    for flow in flows:
        first = 0
        for at, line in enumerate(flow.features.lines[1:]):
            said = line.block.starts
            if said is not None and flow.features.lines[at].block.page == line.block.page:
                score = flow.score(first, at)
                if abs(score) > _CERTAIN:
                    told[score > 0] += 1
                    denied[score > 0] += said is not (score > 0)
            if said is not False:
                first = at + 1
    return _Belief(
        denied[False] <= _BROKEN * (told[False] + 1), denied[True] <= _MERGED * told[True]
    )


def _are_set_right(a: _Line, b: _Line) -> bool:
    """Whether two lines stand on the right of their column, each a line that its author ended.

    Flush right, with the room to the left of the first that the second's first word needs; or in the
    right half, with that room to the right. No first line is indented by a third.
    """
    one, two, frame, size = a.block.box, b.block.box, a.block.frame, a.block.size
    assert one is not None
    assert two is not None
    assert frame is not None
    if frame != b.block.frame or a.comma or a.hyphen:
        return False
    inset = min(one.left, two.left) - frame.left
    flush = abs(one.right - two.right) < _FLUSH * size < abs(one.left - two.left)
    if flush:
        return inset > frame.width / 3 and one.left - frame.left > b.word + size
    return inset > frame.width / 2 and frame.right - one.right > b.word + size / 2


def _is_one_set_right(a: _Line, b: _Line) -> bool:
    """Whether one of two lines begins in the right half of their column and ends at its edge, and the
    other begins at its left: a date or a reference, and what stands above or below it."""
    if a.comma or a.hyphen or (not a.stop and b.lower) or _goes_up(a, b):
        return False
    if _is_at_right(a) and _is_at_left(b):
        return True
    # A full line of text that is set flush right goes on at the right.
    _, room, _ = _insets(a)
    grown = max(a.block.size, b.block.size) > _LARGER * min(a.block.size, b.block.size)
    return _is_at_left(a) and _is_at_right(b) and (grown or room > b.word)


def _goes_up(a: _Line, b: _Line) -> bool:
    """Whether the second line stands no lower on the page: it heads another column."""
    one, two = a.block.box, b.block.box
    assert one is not None
    assert two is not None
    return a.block.page == b.block.page and two.top <= one.top


def _is_at_right(line: _Line) -> bool:
    left, right, width = _insets(line)
    return left > width / 2 and right < _FLUSH * line.block.size


def _is_at_left(line: _Line) -> bool:
    left, _, width = _insets(line)
    return left < width / 3


def _is_centred(line: _Line) -> bool:
    """Whether a line stands in the middle of its column; no first line is indented so far."""
    left, right, _ = _insets(line)
    size = line.block.size
    return left > _CENTRED * size and abs(left - right) < size


def _insets(line: _Line) -> tuple[float, float, float]:
    """How far a line stands from the left and the right of its column, and the width of that."""
    box, frame = line.block.box, line.block.frame
    assert box is not None
    assert frame is not None
    return box.left - frame.left, frame.right - box.right, frame.width


def _place(line: _Line) -> int:
    """How far a line stands in its column, in halves of its size."""
    box, frame = line.block.box, line.block.frame
    assert box is not None
    assert frame is not None
    return round((box.left - frame.left) / max(line.block.size, 1.0) * 2)


def _numbered(line: _Line) -> bool:
    """Whether a line begins with the number of a section, with a stop or without."""
    return bool(line.number) or _SECTION.match(line.block.text) is not None


def _changes_language(before: _Line, after: _Line) -> bool:
    """Whether one of two lines is Chinese and the other without a Chinese character."""
    one, other = sorted((before, after), key=lambda line: line.script)
    return one.script <= -_WORDS and not _has_han(one.block) and other.script >= _WORDS


def _follows(before: str, after: str) -> bool:
    return before.isdecimal() and after.isdecimal() and int(after) == int(before) + 1
