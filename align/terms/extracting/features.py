"""What speaks for a pair as an entry of a termbase: numbers with a name, and words at its edges.

Each pair is judged by what stands in it, what stands beside it, and how surely either side is the
other's; `weights.json` weighs them, none is a decision by itself.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.embedding.protocol import TokenEncoder
from align.language.folding import simplify
from align.language.scripts import HAN
from align.language.words import commonness
from align.terms.extracting.pairs import Document, Pair, is_kept_acronym
from align.terms.extracting.phrases import Places, Span, nested
from align.terms.extracting.word_classes import Uses, uses
from align.terms.following import pieces as bits
from align.terms.following.batch import Text
from align.terms.following.pieces import SMALL_ENGLISH, stem
from align.terms.renderings import key
from align.terms.wordalign import WORTH

Floats = NDArray[np.float32]
Run = tuple[str, ...]  # stems of words

TABLES = (
    "zh_first_word", "zh_last_word", "zh_last_character", "tag_first", "tag_last", "tags",
    "en_first", "en_last",
)  # fmt: skip


class Numbers(NamedTuple):
    """What is known of a pair in numbers."""

    # The Chinese phrase.
    seen: float  # log2 of its occurrences
    free: float  # share of its places that lie in no longer phrase that recurs
    held: float  # whether all lie in the same one
    enclosed: float  # share between title or quotation marks, or in brackets
    explained: float  # share with a short form in brackets behind it
    varied_before: float  # of phrases that recur: different neighbours a place
    varied_after: float
    cut_before: float  # whether its border lies in a word
    cut_after: float
    words: float
    short_words: float  # share of its words that have one character
    one_word: float
    everyday: float  # commonness in general Chinese: of the whole, the mean and the rarest word
    mean_everyday: float
    rarest: float
    particle: float  # what it holds inside: 的
    preposition: float
    joint: float  # and, comma
    adverb: float
    verbs: float
    pronoun: float
    figures: float
    # The rendering.
    en_1: float  # words of it
    en_2: float
    en_3: float
    en_4: float
    en_5: float
    en_more: float
    name: float
    name_long: float
    acronym: float
    capital_only: float  # its first word alone has a capital
    opens: float  # it opens the text
    opening: float  # and begins with a verb before another entry: Urges Member States
    article: float  # the, a before it
    small: float  # share of small words in it
    en_joint: float
    en_comma: float
    en_figures: float
    cut_name: float  # it is a part of a capitalised name
    cut_compound: float
    first_ing: float
    first_ed: float
    last_ing: float
    last_ed: float
    last_ly: float
    first_verb: float  # how far its words are verbs, participles, adjectives and adverbs
    first_participle: float
    first_adverb: float
    inner_verb: float  # of all words but the last, the highest
    last_verb: float
    last_participle: float
    last_adjective: float
    last_adverb: float
    copied: float  # the share of its letters that are in the phrase as they are; 0 of SQL for SQL
    plural: float
    en_seen: float  # log2 of the texts that have it
    en_excess: float  # of these, more than the phrase has places
    en_rare: float  # weight of its tokens: mean and highest
    en_rarest: float
    # Both.
    stated: float  # probability of the rendering
    odds: float
    share: float  # of the phrase's places that have it
    back: float
    back_odds: float
    lost: float  # the rival's back probability above its own
    unanswered: float
    ratio: float  # characters a word, in logarithms against the usual, and squared
    ratio_squared: float
    composed: float  # its parts became the parts of the rendering, in the same order
    turned: float  # in the other order
    # Rivals: pairs with the same rendering whose phrase holds this one, or lies in it.
    longer: float
    longer_better: float  # by how much the best of them goes back more surely
    shorter: float
    shorter_better: float


NAMES = Numbers._fields


@dataclass(frozen=True, slots=True)
class Described:
    """Pairs as arrays, one row a pair: numbers (n, NAMES) and the words of each table (n, TABLES)."""

    numbers: Floats
    words: tuple[tuple[str, ...], ...]


def describe(
    found: Sequence[Pair], document: Document, phrases: Places, encoder: TokenEncoder
) -> Described:
    """Everything that the ranker looks at."""
    described = _Describer(found, document, phrases, encoder)
    rows = [described.numbers(at) for at in range(len(found))]
    return Described(
        np.array(rows, np.float32).reshape(-1, len(NAMES)),
        tuple(described.words(one) for one in found),
    )


_SHORT_FORM = re.compile(rf"[”\"’'」』》]? ?[(（](?:[A-Z][A-Za-z0-9+/-]+|[{HAN}+]{{2,8}})[)）]")
_OPEN = "《“「『（("
_CLOSE = "》”」』）)"
_USUAL_RATIO = math.log(2.2)  # characters of Chinese a word of English, the median of dictionaries


class _Describer:
    def __init__(
        self,
        found: Sequence[Pair],
        document: Document,
        phrases: Places,
        encoder: TokenEncoder,
    ) -> None:
        self.found = found
        self.document = document
        self.phrases = phrases
        self.inside: dict[str, set[tuple[int, Span]]] = {}
        self.holders: dict[str, Counter[str]] = {}
        for text, place, holder in nested(phrases):
            self.inside.setdefault(text, set()).add(place)
            self.holders.setdefault(text, Counter())[holder] += 1
        self.starts = [{t[0]: n for n, t in enumerate(some)} for some in document.tokens]
        self.ends = [{t[1]: n for n, t in enumerate(some)} for some in document.tokens]
        keys = [key(one.rendering.text) for one in found]
        self.keys = keys
        self.runs = [self._stems(one) for one in found]
        self.en_seen = _texts_with(set(self.runs), document.en_read)
        targets = encoder.tokenize([one.rendering.text for one in found])
        weights = encoder.words.weights[targets.ids] if len(targets.ids) else np.zeros(0)
        bounds = targets.bounds.tolist()
        self.rare = [
            (float(weights[a:b].mean()), float(weights[a:b].max())) if b > a else (0.0, 0.0)
            for a, b in itertools.pairwise(bounds)
        ]
        self.parts: dict[str, set[Run]] = {}
        for one, run in zip(found, self.runs, strict=True):
            if one.rendering.score >= WORTH:
                self.parts.setdefault(one.source, set()).add(run)
        self.mates: dict[str, list[int]] = {}
        for at, text in enumerate(keys):
            self.mates.setdefault(text, []).append(at)
        self._chinese: dict[str, tuple[float, ...]] = {}

    def _stems(self, one: Pair) -> Run:
        read = self.document.en_read[one.place.unit]
        low, high = _range(read.pieces.spans, one.place.target_span)
        return tuple(map(stem, read.pieces.words[low:high]))

    def numbers(self, at: int) -> Numbers:
        one = self.found[at]
        if one.source not in self._chinese:
            self._chinese[one.source] = self._of_phrase(one.source)
        return Numbers(
            *self._chinese[one.source],
            *self._of_rendering(at),
            *self._of_both(at),
            *self._rivals(at),
        )

    def _of_phrase(self, text: str) -> tuple[float, ...]:
        places = self.phrases[text]
        n = len(places)
        held = self.inside.get(text, set())
        zh = self.document.zh
        enclosed = explained = 0
        before, after = set(), set()
        cut = [0, 0]
        for at, (start, end) in places:
            line = zh[at]
            left, right = line[start - 1 : start], line[end : end + 1]
            enclosed += bool(left and right and left in _OPEN and right in _CLOSE)
            explained += bool(_SHORT_FORM.match(line, end))
            before.add(left)
            after.add(right)
            cut[0] += start not in self.starts[at]
            cut[1] += end not in self.ends[at]
        at, span = places[0]
        inside = self._inside(at, span)
        words = [zh[at][a:b] for a, b, _ in inside] or [text]
        tags = [tag for _, _, tag in inside]
        common = [commonness(word) for word in words if len(word) > 1] or [0.0]
        middle = tags[1:-1]
        return (
            math.log2(n),
            1 - len(held) / n,
            max(self.holders.get(text, {}).values(), default=0) >= n,
            enclosed / n,
            explained / n,
            len(before) / n if n > 1 else 0.0,
            len(after) / n if n > 1 else 0.0,
            cut[0] / n,
            cut[1] / n,
            min(len(words), 10),
            sum(len(word) == 1 for word in words) / len(words),
            len(words) == 1,
            commonness(text),
            sum(common) / len(common),
            min(common),
            any(tag.startswith("u") for tag in tags),
            any(tag.startswith("p") for tag in middle),
            any(tag.startswith("c") for tag in tags) or "、" in text,
            any(tag.startswith(("d", "zg")) for tag in middle),
            sum(tag == "v" for tag in tags) / len(words),
            any(tag.startswith("r") for tag in tags),
            any(tag.startswith(("m", "t")) for tag in tags),
        )

    def _inside(self, unit: int, span: Span) -> list[tuple[int, int, str]]:
        tokens = self.document.tokens[unit]
        return [t for t in tokens if t[0] < span[1] and span[0] < t[1]]

    def _of_rendering(self, at: int) -> tuple[float, ...]:
        one = self.found[at]
        read = self.document.en_read[one.place.unit]
        low, high = _range(read.pieces.spans, one.place.target_span)
        kinds, gaps = read.pieces.kinds[low:high], read.pieces.gaps[low : high + 1]
        words = read.pieces.words[low:high] or ("",)
        n = len(words)
        strong = (kinds & bits.FUNCTION) == 0
        capital = (kinds & bits.CAPITAL) > 0
        begins = low == 0 or bool(read.pieces.gaps[low] & bits.STOP)
        opening = begins and self._is_opening(at)
        named = bool(strong.any() and capital[strong].all()) and not opening
        acronym = n == 1 and bool(len(kinds) and kinds[0] & bits.ACRONYM)
        before = read.pieces.words[low - 1] if low and not gaps[0] & _MARKS else ""
        places = len(self.phrases[one.source])
        seen = self.en_seen.get(self.runs[at], 0)
        mean, most = self.rare[at]
        return (
            n == 1, n == 2, n == 3, n == 4, n == 5, n > 5,
            named and not acronym and (low > 0 or n > 1),
            named and n > 2,
            acronym,
            bool(capital[:1].any()) and not capital[1:].any() and not acronym and n > 1,
            low == 0,
            opening,
            before in ("the", "a", "an"),
            1 - float(strong.mean()) if n and len(strong) else 0.0,
            any(word in ("and", "or") for word in words),
            bool((gaps[1:-1] & (bits.COMMA | bits.STOP)).any()) if len(gaps) > 2 else False,
            bool((kinds & bits.DIGITS).any()),
            bool((gaps[0] | gaps[-1]) & bits.NAME) if len(gaps) else False,
            bool((gaps[0] | gaps[-1]) & bits.JOINED) if len(gaps) else False,
            words[0].endswith("ing"),
            words[0].endswith("ed"),
            words[-1].endswith("ing"),
            words[-1].endswith("ed"),
            words[-1].endswith("ly"),
            *self._uses(words, acronym or named),
            _copied(one),
            words[-1] != stem(words[-1]) and words[-1].endswith("s"),
            math.log2(1 + seen),
            max(0.0, math.log2((1 + seen) / (1 + places))),
            mean,
            most,
        )  # fmt: skip

    def _uses(self, words: Sequence[str], named: bool) -> tuple[float, ...]:
        """How surely the first words, those before the last, and the last are no nouns; a name's are.

        What is a verb now and then is mostly a noun here, so that the cube of a share counts (held
        out: area under the curve 0.9211, of the share itself 0.9198).
        """
        if named:
            return (0.0,) * 8
        known = [Uses(*(share**3 for share in uses(word))) for word in words]
        first, last = known[0] if len(known) > 1 else _NO_USES, known[-1]
        return (
            first.verb, first.participle, first.adverb,
            max((one.verb for one in known[:-1]), default=0.0),
            last.verb, last.participle, last.adjective, last.adverb,
        )  # fmt: skip

    def _is_opening(self, at: int) -> bool:
        """Whether a pair is a verb with what is a pair by itself."""
        one, rest = self.found[at], _strong(self.runs[at][1:])
        first = self._inside(one.place.unit, one.place.source_span)[:1]
        if not rest or not first or not first[0][2].startswith("v"):
            return False
        text = self.document.zh[one.place.unit][first[0][1] : one.place.source_span[1]]
        return rest in self.parts.get(text, ())

    def _of_both(self, at: int) -> tuple[float, ...]:
        one = self.found[at]
        stated, back = one.rendering.score, one.back
        words = max(one.rendering.text.count(" ") + 1, 1)
        ratio = math.log(len(one.source) / words) - _USUAL_RATIO
        return (
            stated,
            _odds(stated),
            min(one.rendering.count / max(one.term.count, 1), 1.0),
            back,
            _odds(back),
            max(0.0, one.rival - back),
            one.nothing,
            ratio,
            ratio * ratio,
            *self._composed(at),
        )

    def _composed(self, at: int) -> tuple[float, float]:
        """Whether a pair is its parts side by side, in the same order or in the other."""
        text, run = self.found[at].source, self.runs[at]
        straight = turned = False
        for cut in range(1, len(text)) if len(run) > 1 else ():
            before, after = self.parts.get(text[:cut]), self.parts.get(text[cut:])
            if not before or not after:
                continue
            straight |= any(run[: len(a)] == a and run[len(a) :] in after for a in before)
            turned |= any(run[: len(b)] == b and _strong(run[len(b) :]) in before for b in after)
        return straight, turned

    def _rivals(self, at: int) -> tuple[float, ...]:
        one = self.found[at]
        longer, shorter = [], []
        for other in self.mates[self.keys[at]]:
            rival = self.found[other]
            if rival.source == one.source:
                continue
            if one.source in rival.source:
                longer.append(rival.back)
            elif rival.source in one.source:
                shorter.append(rival.back)
        return (
            bool(longer),
            max(longer, default=one.back) - one.back,
            bool(shorter),
            max(shorter, default=one.back) - one.back,
        )

    def words(self, one: Pair) -> tuple[str, ...]:
        """The words of each table, "" where there is none."""
        unit, (start, end) = one.place.unit, one.place.source_span
        line = simplify(self.document.zh[unit])
        inside = self._inside(unit, (start, end)) or [(start, end, "x")]
        read = self.document.en_read[unit]
        low, high = _range(read.pieces.spans, one.place.target_span)
        words = read.pieces.words
        return (
            line[slice(*inside[0][:2])],
            line[slice(*inside[-1][:2])],
            line[end - 1 : end],
            inside[0][2],
            inside[-1][2],
            "-".join(tag[:1] for _, _, tag in inside[:_TAGS]),
            stem(words[low]) if low < len(words) else "",
            stem(words[high - 1]) if 0 < high <= len(words) else "",
        )


_NO_USES = Uses(0.0, 0.0, 0.0, 0.0, 0.0)
_TAGS = 4  # words whose parts of speech are looked at together
_MARKS = bits.EDGE | bits.COMMA | bits.STOP | bits.OPENS | bits.CLOSES


def _copied(one: Pair) -> float:
    """The share of a rendering's letters that the phrase has as they are."""
    words = re.findall(r"\w+", one.rendering.text)
    size = sum(map(len, words))
    if not size or is_kept_acronym(one.source, one.rendering.text):
        return 0.0
    here = one.source.lower()
    return sum(len(word) for word in words if word.lower() in here) / size


def _range(spans: NDArray[np.int32], span: Span) -> tuple[int, int]:
    """The pieces of a span of characters."""
    low = int(np.searchsorted(spans[:, 1], span[0], "right"))
    return low, max(low, int(np.searchsorted(spans[:, 0], span[1], "left")))


def _strong(run: Run) -> Run:
    """A run without the small words at its beginning."""
    at = 0
    while at < len(run) and run[at] in SMALL_ENGLISH:
        at += 1
    return run[at:]


def _odds(probability: float) -> float:
    bounded = min(max(probability, 0.01), 0.99)
    return math.log(bounded / (1 - bounded))


def _texts_with(runs: set[Run], texts: Sequence[Text]) -> dict[Run, int]:
    """How many of `texts` have each run of stems."""
    sizes = sorted({len(run) for run in runs})
    found: Counter[Run] = Counter()
    for text in texts:
        stems = tuple(map(stem, text.pieces.words))
        here = {stems[at : at + n] for n in sizes for at in range(len(stems) - n + 1)}
        found.update(here & runs)
    return found
