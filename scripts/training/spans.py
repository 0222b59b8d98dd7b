"""Spans whose rendering is known without annotators, from parallel sentences and dictionaries.

An entry that stands once on both sides of a sentence pair is one; so are two that stand side by side
on both (with 的, 和, of, for between: without these a model learns the lengths of dictionaries), words
in Latin letters that Chinese keeps, what the only brackets or quotation marks of both sides hold, and
each of these with a plus put behind it. Where the rendering is taken out, nothing answers.
"""

from __future__ import annotations

import lzma
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ahocorasick

from align.language.words import cuts_word
from align.terms.following.pieces import FUNCTION, read_pieces, stem

Span = tuple[int, int]

# How many sentence pairs are taken of each file; all where there are fewer. Texts of institutions
# first, as these are what the tool is for.
FILES = {
    "jiyu_formal": 40_000, "jiyu_general": 16_000, "tico19": 3_000, "sdg_un": 800, "udhr": 100,
    "xquad": 2_000, "ud_pud": 1_000, "prc_constitution_laws": 500, "python_docs": 2_000,
    "django_docs": 1_500, "libreoffice_help": 1_500, "php_manual": 1_000,
}  # fmt: skip
DICTIONARIES = (
    "cc_cedict", "un_orgs", "tico19_terms", "sdg_un", "iso_codes", "cldr_names",
    "countries_mledoze",
)  # fmt: skip
_LONGEST = {"zh": 160, "en": 480}  # characters of a sentence
_ZH_BETWEEN = re.compile(r"的|和|与|及|以及|或|、|")
_EN_BETWEEN = re.compile(r" (?:(?:of|for|in|on|to|and|or|with|by)(?: the| a| an)? )?|-|, (?:and )?")
_AND = re.compile(r"和|与|及|以及|或|、| (?:and|or) |, (?:and )?")


@dataclass(frozen=True, slots=True)
class Gold:
    """A span of each side of a sentence pair, None where nothing answers to the other."""

    sentence: int
    zh: str
    en: str
    zh_span: Span | None
    en_span: Span | None
    kind: str
    entry: int = -1  # of the dictionary


def read_pairs(folder: Path, seed: int) -> list[tuple[str, str]]:
    """Sentence pairs, a fixed sample of each file."""
    found = []
    for name, most in FILES.items():
        with lzma.open(folder / f"{name}.tsv.xz", "rt", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split("\t") for line in file]
        some = [
            (row[0], row[1])
            for row in lines
            if len(row) > 1 and 6 < len(row[0]) <= _LONGEST["zh"] and len(row[1]) <= _LONGEST["en"]
        ]
        if len(some) > most:
            places = random.Random(seed).sample(range(len(some)), most)
            some = [some[at] for at in sorted(places)]  # neighbours stay neighbours
        found += some
    return list(dict.fromkeys(found))


class Dictionary:
    """Entries, found in sentences."""

    def __init__(self, folder: Path) -> None:
        self.entries: list[tuple[str, str]] = []
        by_zh: dict[str, list[int]] = {}
        for name in DICTIONARIES:
            with lzma.open(folder / f"{name}.tsv.xz", "rt", encoding="utf-8") as file:
                for line in file:
                    row = line.rstrip("\n").split("\t")
                    if len(row) > 1 and (entry := _entry(row[0], row[1])):
                        by_zh.setdefault(entry[0], []).append(len(self.entries))
                        self.entries.append(entry)
        self._automaton = ahocorasick.Automaton()
        for zh, places in by_zh.items():
            self._automaton.add_word(zh, (len(zh), tuple(places)))
        self._automaton.make_automaton()

    def find(self, zh: str, en: str) -> list[tuple[int, Span, Span]]:
        """The entries that stand once on both sides, with their spans."""
        pieces = read_pieces(en, "en")
        places: dict[int, int] = {}  # offset in the line of stems → piece
        line = " "
        for at, word in enumerate(pieces.words):
            places[len(line) - 1] = at
            line += stem(word) + " "
        seen: dict[int, Span] = {}
        twice: set[int] = set()
        for last, (length, entries) in self._automaton.iter(zh):
            for entry in entries:
                if entry in seen:
                    twice.add(entry)
                seen[entry] = (last + 1 - length, last + 1)
        found = []
        for entry, span in seen.items():
            wanted = self.entries[entry][1]
            at = line.find(wanted)
            if entry in twice or at < 0 or line.find(wanted, at + 1) >= 0:
                continue
            first = places[at]
            last = first + wanted.count(" ") - 2
            if not cuts_word(zh, *span):
                found.append((entry, span, _span(pieces.spans[first, 0], pieces.spans[last, 1])))
        return found


def _span(start: object, end: object) -> Span:
    return int(start), int(end)  # type: ignore[call-overload]


_HAN_ONLY = re.compile(r"[\u4e00-\u9fff·]{2,}")
_LEADING = re.compile(r"^(?:to|the|an?|be|sb|sth|\(\w+\))\s+", re.IGNORECASE)


def _entry(zh: str, en: str) -> tuple[str, str] | None:
    """The Chinese word and the stems of its gloss, with a space on either side."""
    en = re.sub(r"\s*[(（\[][^()（）\]]*[)）\]]", "", en).strip()
    while match := _LEADING.match(en):
        en = en[match.end() :]
    if not _HAN_ONLY.fullmatch(zh) or re.search(r"[;,/|…~]|\bsb\b|\bsth\b", en):
        return None
    pieces = read_pieces(en, "en")
    if not 0 < len(pieces.words) <= 9 or len(en) < 3 or (pieces.kinds & FUNCTION).all():
        return None
    return zh, " " + " ".join(stem(word) for word in pieces.words) + " "


def find_gold(pairs: Sequence[tuple[str, str]], dictionary: Dictionary) -> Iterator[Gold]:
    """All spans that are known, sentence by sentence."""
    for sentence, (zh, en) in enumerate(pairs):
        entries = dictionary.find(zh, en)
        for entry, ours, theirs in entries:
            yield Gold(sentence, zh, en, ours, theirs, "entry", entry)
        known = {(ours, theirs) for _, ours, theirs in entries}
        composed = _composed(zh, en, known)
        for ours, theirs in sorted(composed - known):
            yield Gold(sentence, zh, en, ours, theirs, "composed")
        for ours, theirs in _copied(zh, en):
            yield Gold(sentence, zh, en, ours, theirs, "copied")
        for ours, theirs in _enclosed(zh, en):
            yield Gold(sentence, zh, en, ours, theirs, "enclosed")


def _composed(zh: str, en: str, known: set[tuple[Span, Span]]) -> set[tuple[Span, Span]]:
    """Spans that stand side by side on both sides, taken together; up to three."""
    found: set[tuple[Span, Span]] = set()
    left = sorted(known)
    for _ in range(2):
        new = set()
        for (a, b), (c, d) in ((x, y) for x in left for y in known if x[0][1] <= y[0][0]):
            if c[0] - a[1] > 2 or not _ZH_BETWEEN.fullmatch(zh[a[1] : c[0]]):
                continue
            first, second = (b, d) if b[1] <= d[0] else (d, b)
            if first[1] > second[0] or second[0] - first[1] > 10:
                continue
            between = en[first[1] : second[0]]
            if not _EN_BETWEEN.fullmatch(between):
                continue
            if bool(_AND.fullmatch(zh[a[1] : c[0]])) != bool(_AND.fullmatch(between)):
                continue
            new.add(((a[0], c[1]), (first[0], second[1])))
        new -= found | known
        found |= new
        left = sorted(new)[:40]
    return found


_LATIN = re.compile(r"(?<![\w.-])[A-Za-z][\w-]*\+?(?![\w-])")


def _copied(zh: str, en: str) -> list[tuple[Span, Span]]:
    """Words in Latin letters that stand once on both sides."""
    found = []
    for match in _LATIN.finditer(zh):
        word = match[0]
        there = [m for m in _LATIN.finditer(en) if m[0] == word]
        if len(there) == 1 and len(re.findall(re.escape(word), zh)) == 1 and len(word) > 1:
            found.append((match.span(), there[0].span()))
    return found


_PAIRS = (
    (re.compile(r"[（(]([^()（）]{2,40})[)）]"), re.compile(r"\(([^()]{2,80})\)")),
    (re.compile(r"《([^《》]{2,40})》"), re.compile(r"[“\"]([^“”\"]{3,90})[”\"]")),
    (re.compile(r"[“\"「]([^“”\"「」]{2,40})[”\"」]"), re.compile(r"[“\"]([^“”\"]{3,90})[”\"]")),
)


def _enclosed(zh: str, en: str) -> list[tuple[Span, Span]]:
    """What the only brackets or quotation marks of both sides hold."""
    found = []
    for ours, theirs in _PAIRS:
        a, b = list(ours.finditer(zh)), list(theirs.finditer(en))
        if len(a) == len(b) == 1:
            left, right = a[0], b[0]
            ratio = len(right[1]) / len(left[1])
            if re.search(r"[A-Za-z\u4e00-\u9fff]{2}", left[1]) and 0.5 < ratio < 7:
                found.append((left.span(1), _bare(en, right.span(1))))
    return found


def _bare(text: str, span: Span) -> Span:
    """A span without the marks at its end and articles at its beginning."""
    start, end = span
    while end > start and not (text[end - 1].isalnum() or text[end - 1] == "+"):
        end -= 1
    while start < end and not text[start].isalnum():
        start += 1
    return start, end


# --- changed sentences --------------------------------------------------------------------------


def with_plus(gold: Gold, random: random.Random) -> Gold:
    """The same with a plus behind it on both sides, in one of the ways that it is written."""
    assert gold.zh_span is not None
    assert gold.en_span is not None
    zh, ours = _put(gold.zh, gold.zh_span, random.choice(("+", "+", "＋", "”+")))
    if zh[ours[1] - 2] == "”":
        zh, ours = zh[: ours[0]] + "“" + zh[ours[0] :], (ours[0] + 1, ours[1] + 1)
    en, theirs = _put(gold.en, gold.en_span, random.choice(("+", "+", " Plus")))
    return Gold(gold.sentence, zh, en, ours, theirs, "plus")


def _put(text: str, span: Span, what: str) -> tuple[str, Span]:
    return text[: span[1]] + what + text[span[1] :], (span[0], span[1] + len(what))


def without(gold: Gold, lang: str) -> Gold:
    """The same with its rendering in `lang` taken out of the sentence: nothing answers."""
    assert gold.zh_span is not None
    assert gold.en_span is not None
    if lang == "zh":
        a, b = gold.zh_span
        return Gold(gold.sentence, gold.zh[:a] + gold.zh[b:], gold.en, None, gold.en_span, "gone")
    a, b = gold.en_span
    rest = gold.en[:a].rstrip() + " " + gold.en[b:].lstrip()
    return Gold(gold.sentence, gold.zh, rest, gold.zh_span, None, "gone")


def elsewhere(gold: Gold, another: tuple[str, str], lang: str) -> Gold:
    """The same beside a sentence of another pair in `lang`: nothing answers."""
    if lang == "zh":
        return Gold(gold.sentence, another[0], gold.en, None, gold.en_span, "foreign")
    return Gold(gold.sentence, gold.zh, another[1], gold.zh_span, None, "foreign")


def of_kinds(gold: Iterable[Gold]) -> dict[str, int]:
    """How many there are of each kind."""
    counts: dict[str, int] = {}
    for one in gold:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return counts
