"""Bilingual term candidates of a translation, ranked for a terminologist to prune.

Chinese noun phrases are proposed by their parts of speech (jieba, with a termbase as its
dictionary), by what stands in titles, quotation marks and brackets; each is followed into the other
language by word alignment; the rank says how much a pair looks like a term: how surely it is
aligned, how often it occurs outside longer candidates (the C-value of Frantzi et al. 2000), whether
it is a name, and how far its words are from everyday ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from align.datatypes import Concept, Term, TermStatus, TranslationUnit
from align.language.words import commonness, tagged, word_set
from align.terms.names import countries
from align.terms.renderings import (
    Place,
    RenderingCount,
    TermRenderings,
    key,
    side,
    term_renderings,
)
from align.terms.termbase import Termbase, is_name
from align.terms.wordalign import Rendering, WordAligner

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """What is proposed."""

    limit: int = 300
    least: int = 1  # occurrences
    longest: int = 8  # words
    examined: int = 6000  # candidates that are followed into the other language
    known: bool = False  # propose also what the termbase has


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


def extract_terms(
    units: Sequence[TranslationUnit],
    aligner: WordAligner,
    *,
    termbase: Termbase | None = None,
    options: ExtractOptions | None = None,
) -> list[Candidate]:
    """The best candidates of `units`, best first; see ExtractOptions."""
    options = options or ExtractOptions()
    paired = [unit for unit in units if unit.source and unit.target]
    dictionary = _dictionary(termbase)
    texts = [side(unit, "zh")[0] for unit in paired]
    tokens = [tagged(text, dictionary=dictionary) for text in texts]
    proposals = _proposals(texts, tokens, options)
    for text, more in _answers_to_names(paired, tokens, aligner).items():
        known = proposals.setdefault(text, [])
        known += [place for place in more if place not in known]
    proposals = {text: p for text, p in proposals.items() if len(p) >= options.least}
    hoods = _termhood(proposals, texts, tokens)
    chosen = sorted(hoods, key=lambda text: (-hoods[text], text))[: options.examined]
    if not options.known:
        old = {*dictionary, *(n for c in countries() for n in (*c.zh, *c.zh_long))}
        chosen = [
            text for text in chosen if text not in old and not old.issuperset(_JOINS.split(text))
        ]
    places = {text: proposals[text] for text in chosen}
    found = term_renderings(places, paired, aligner)
    candidates = [c for term in found if (c := _candidate(term, hoods[term.term], paired))]
    english = [f" {key(side(unit, 'zh')[1])}" for unit in paired]
    candidates = _weighed(_one_for_each(candidates), english)
    return candidates[: options.limit]


def _candidate(
    term: TermRenderings, hood: float, units: Sequence[TranslationUnit]
) -> Candidate | None:
    single = not _JOINS.search(term.term)
    best = max(
        term.renderings,
        key=lambda r: (
            bool(r.text),
            r.count * r.score * (0.7 if single and " and " in r.text else 1.0),
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


def as_concepts(candidates: Sequence[Candidate]) -> list[Concept]:
    """Candidates as concepts with status admitted, for a termbase that someone will prune."""
    concepts = []
    for number, one in enumerate(candidates, start=1):
        status: TermStatus = "admitted"
        terms = [Term(one.source, "zh", "preferred"), Term(one.target, "en", "preferred")]
        terms += [Term(variant.text, "en", status) for variant in one.variants[1:]]
        note = f"extracted; {one.count} occurrences; score {one.score:.2f}"
        concepts.append(Concept(f"c{number}", tuple(terms), note=note))
    return concepts


def _dictionary(termbase: Termbase | None) -> tuple[str, ...]:
    if termbase is None:
        return ()
    return tuple(dict.fromkeys(t.text for c in termbase for t in c.in_language("zh")))


# --- proposals --------------------------------------------------------------------------------

_NOUNS = ("n", "j", "l", "i", "vn", "an", "eng", "term", "g", "b")
_ENDS = (*_NOUNS, "v", "k", "a", "zg", "q")
_BEGINS = (*_NOUNS, "v", "a", "ad", "h", "t", "d", "m")
_WITHIN = (*_NOUNS, "v", "a", "k", "c", "h", "d", "p", "ad", "f", "zg", "q", "t")
_NEVER_FIRST = frozenset(
    "是有使让令为到成在与和及等将应会能须要向对由从被把于以并也都还更最该本各其这那进行作出提出表示认为欢迎支持希望"
)
_NEVER_LAST = frozenset("是有使让令为到成在与和及等将应会能须要进行作出提出表示认为")
_LIGHT = word_set(
    "进行 作出 提出 表示 认为 欢迎 支持 希望 使 是 有 包括 成为 确保 继续 加强 改善 提高 "
    "促进 需要 必须 说 呼吁 强调 重申 感谢 赞扬 指出 采取 提供 得到 实现 开展 以及 为了 "
    "关于 通过 根据 方面 情况 问题 同时 期待 发言 代表 致力于 努力 应 能 能够 可以 将 "
    "会 要 协助 帮助 推动 推进 解决 应对 考虑 考虑到 注意 确定 存在 发生 所有 许多 "
    "一些 其他 主要 重要 不断 更加 更好 有效 充分 目前 仍然 正在 已经 没有 作为 成功 "
    "取得 造成 导致 产生 具有 属于 参加"
)
_PERSON = re.compile(r"(?:先生|女士|夫人|阁下)$|[A-Za-z]$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FIGURES = re.compile(r"\d|^[一两]")
_TITLED = re.compile(r"《([^》]{2,40})》|“([^”]{2,40})”|「([^」]{2,40})」")
_BRACKETED = re.compile(r"[(（]([\u4e00-\u9fff]{2,12})[)）]")


_Token = tuple[int, int, str]
_Places = dict[str, list[tuple[int, Span]]]


def _proposals(
    texts: Sequence[str], tokens: Sequence[list[_Token]], options: ExtractOptions
) -> _Places:
    """Where each proposed phrase occurs: (unit, span)."""
    found: _Places = {}
    for place, text in enumerate(texts):
        spans = set(_phrases(text, tokens[place], options.longest)) | set(_marked(text))
        for start, end in sorted(spans):
            found.setdefault(text[start:end], []).append((place, (start, end)))
    for phrase, places in _repeats(texts, tokens, options.longest).items():
        found.setdefault(phrase, places)
    return found


def _phrases(text: str, tokens: list[_Token], longest: int) -> Iterator[Span]:
    for first in range(len(tokens)):
        if not _may(tokens[first], text, _BEGINS, _NEVER_FIRST):
            continue
        for last in range(first, min(len(tokens), first + longest)):
            start, end, tag = tokens[last]
            inner = last == first or (tag.startswith(_WITHIN) and text[start:end] not in _LIGHT)
            if not inner:
                break
            span = tokens[first][0], end
            if span[1] - span[0] >= 2 and _may(tokens[last], text, _ENDS, _NEVER_LAST):
                yield span


def _may(
    token: tuple[int, int, str], text: str, tags: tuple[str, ...], never: frozenset[str]
) -> bool:
    start, end, tag = token
    word = text[start:end]
    if tag.startswith(("d", "m", "t", "q")) and (tag == "q" or len(word) > 1) is False:
        return False  # 不, 三; but 共同, 三方, 未来
    return (
        tag.startswith(tags)
        and word not in never
        and word not in _LIGHT
        and not _FIGURES.search(word)
    )


def _marked(text: str) -> Iterator[Span]:
    """What stands between title or quotation marks, or in brackets as a short form."""
    for pattern in (_TITLED, _BRACKETED):
        for match in pattern.finditer(text):
            yield next(match.span(g) for g in range(1, (match.lastindex or 1) + 1) if match[g])


def _repeats(texts: Sequence[str], tokenized: Sequence[list[_Token]], longest: int) -> _Places:
    """Runs of words that occur twice or more, with more than one neighbour on either side."""
    found: _Places = {}
    around: dict[str, tuple[set[str], set[str]]] = {}
    for place, text in enumerate(texts):
        tokens = tokenized[place]
        for first in range(len(tokens)):
            for last in range(first, min(len(tokens), first + longest)):
                if tokens[last][2] in ("x", "w", "m") or text[slice(*tokens[last][:2])] in _LIGHT:
                    break
                start, end = tokens[first][0], tokens[last][1]
                if end - start < 2:
                    continue
                phrase = text[start:end]
                found.setdefault(phrase, []).append((place, (start, end)))
                left, right = around.setdefault(phrase, (set(), set()))
                left.add(text[start - 1] if start else "")
                right.add(text[end] if end < len(text) else "")
    return {
        text: places
        for text, places in found.items()
        if len(places) > 1
        and len(around[text][0]) > 1
        and len(around[text][1]) > 1
        and text[0] not in _NEVER_FIRST - {"以", "为"}
        and text[-1] not in _NEVER_LAST
        and "的" not in text
    }


_ENGLISH_NAME = re.compile(
    r"(?!The )[A-Z][\w’'-]*\w(?:,? (?:(?:of|for|the|on|in|and|to|la) ){0,3}[A-Z][\w’'-]*\w)+"
    r"|(?<![\w-])[A-Z][A-Z0-9-]{2,}\+?(?![\w+])"
)


def _answers_to_names(
    units: Sequence[TranslationUnit], tokens: Sequence[list[_Token]], aligner: WordAligner
) -> _Places:
    """What answers in Chinese to the names of the English side, where it is a phrase."""
    found: _Places = {}
    for place, unit in enumerate(units):
        zh, en = side(unit, "zh")
        for match in _ENGLISH_NAME.finditer(en):
            proposed = aligner.renderings(en, zh, match.span(), limit=5, target_lang="zh")
            for one in proposed:
                if one.end - one.start >= 2 and _is_phrase(one, zh, tokens[place]):
                    found.setdefault(one.text, []).append((place, (one.start, one.end)))
    return found


def _is_phrase(one: Rendering, text: str, tokens: list[_Token]) -> bool:
    """Whether a span begins and ends with words that a term may have there."""
    inside = [t for t in tokens if one.start <= t[0] and t[1] <= one.end]
    return (
        bool(inside)
        and (inside[0][0], inside[-1][1]) == (one.start, one.end)
        and _may(inside[0], text, (*_BEGINS, "p"), _NEVER_FIRST - {"以"})
        and _may(inside[-1], text, _ENDS, _NEVER_LAST)
        and not any(t[2].startswith(("u", "m")) for t in inside)
        and not any(text[t[0] : t[1]] in _LIGHT for t in inside)
        and not re.search(r"[^\w、：+]", one.text)
    )


# --- rank -------------------------------------------------------------------------------------


def _unusual(words: Sequence[str]) -> float:
    """Higher for a phrase of rare words, lower for one of everyday words."""
    long = [commonness(word) for word in words if len(word) > 1]
    everyday = sum(long) / len(long) if long else 0.5
    return 1.7 - everyday if everyday < 1.2 else 0.5


def _termhood(
    proposals: _Places, texts: Sequence[str], tokens: Sequence[list[_Token]]
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
        inside = [tag for at, end, tag in tokens[unit] if span[0] <= at and end <= span[1]]
        shape = _shape(text, inside, count)
        words = [
            texts[unit][at:end] for at, end, _ in tokens[unit] if span[0] <= at and end <= span[1]
        ]
        rare *= _unusual(words)
        hoods[text] = math.log2(1 + max(free, 0.5)) * rare * _length(text) * shape
    return hoods


def _holders(proposals: _Places) -> dict[str, Counter[str]]:
    """For each phrase, how often each longer one that recurs holds it."""
    by_unit: dict[int, list[tuple[Span, str]]] = {}
    for text, places in proposals.items():
        for unit, span in places:
            by_unit.setdefault(unit, []).append((span, text))
    inside: dict[str, Counter[str]] = {}
    for spans in by_unit.values():
        for (low, high), other in spans:
            if len(proposals[other]) < 2:
                continue
            for (start, end), text in spans:
                if low <= start and end <= high and (low, high) != (start, end):
                    inside.setdefault(text, Counter())[other] += 1
    return inside


# 和 is "and", but not in 维和, 和平, 和解.
_JOINS = re.compile(r"以及|(?<![维缓温调共])和(?![平解谐约])|[与及、]")
_KINDS = re.compile(
    r"(?:部|团|署|厅|处|会|组|方案|项目|倡议|战略|基金|协定|原则|计划|学院|组织|联盟|会议|议程|"
    r"峰会|运动|路线图|宪章|"
    r"公约|条约|议定书|决议|宣言|(?<!共和)国|者|方|行动|人员|装备|预算|政策|机制|机构|制度|框架|"
    r"工作队|部队|罪|率|费|款|权|合作|平等|协议|准则|契约)$"
)


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
    value = 1.25 if _KINDS.search(text) else 1.0
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
    if _JOINS.search(text):
        value *= 0.6
    if len(tags) > 1 and tags[0] == "v":
        value *= 0.6
    return value


_VERBAL = re.compile(r"^\w+(?:ing|ed)$|^(?:should|would|had|was|were|must|to|be|been|have|has)$")
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
    if not 0.25 <= ratio <= 2.5:
        value *= 0.6
    verbal = [w for w in words if _VERBAL.match(w) and not _NOT_VERBAL.search(w)]
    if best.text.endswith(("-led", "-related", "-based", "-driven")):
        value *= 0.3
    if len(words) == 1 and words[0].endswith("ly"):
        value *= 0.3
    if verbal and not name:
        value *= 0.6
    return value


def _recurrences(one: Candidate, texts: Sequence[str]) -> int:
    needle = f" {key(one.target)}"
    return sum(needle in text for text in texts)


def _weighed(candidates: Sequence[Candidate], texts: Sequence[str]) -> list[Candidate]:
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
        halves = _JOINS.split(one.source, maxsplit=1)
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
    if key(one.target) in names and not _KINDS.search(one.source):
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
        for match in _ONE_NAME.finditer(target)
    )  # fmt: skip


_ONE_NAME = re.compile(
    r"(?!The )[A-Z][\w’'-]*\w(?: (?:(?:of|for|the|on|in|to|la) ){0,2}[A-Z][\w’'-]*\w)+"
)


def _one_for_each(candidates: list[Candidate]) -> list[Candidate]:
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
    kind = 0.08 if _KINDS.search(one.source) else 0.0
    return fit + kind + 0.015 * math.log2(one.count), one.source
