"""Chinese phrases that may be terms: by parts of speech, by their marks, by recurring."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from align.language.folding import simplify
from align.language.scripts import HAN
from align.language.words import word_set
from align.terms.searched_text import is_plus

Span = tuple[int, int]
TaggedWord = tuple[int, int, str]  # start, end, part of speech
Places = dict[str, list[tuple[int, Span]]]  # of each phrase: (unit, span)

# 和 is "and", but not in 维和, 饱和, 和平; in the characters of either script, as a phrase is written.
JOINS = re.compile(r"以及|(?<![维維缓緩温溫调調共饱飽总總])和(?![平解谐諧约約])|[与與及或、]")

_NOUNS = ("n", "j", "l", "i", "vn", "an", "eng", "term", "g", "b")
_ENDS = (*_NOUNS, "v", "k", "a", "zg", "q")
_BEGINS = (*_NOUNS, "v", "a", "ad", "h", "t", "d", "m")
_WITHIN = (*_NOUNS, "v", "a", "k", "c", "h", "d", "p", "ad", "f", "zg", "q", "t")
_NEVER_FIRST = frozenset(
    "是有使让令为到成在与和及等将应会能须要向对由从被把于以并也都还更最该本各其这那进行作出提出表示认为欢迎支持希望"
)
_NEVER_LAST = frozenset("中是有使让令为到成在与和及等将应会能须要进行作出提出表示认为")
_LIGHT = word_set(
    "进行 作出 提出 表示 认为 欢迎 支持 希望 使 是 有 包括 成为 确保 继续 加强 改善 提高 "
    "促进 需要 必须 说 呼吁 强调 重申 感谢 赞扬 指出 采取 提供 得到 实现 开展 以及 为了 "
    "关于 通过 根据 方面 情况 问题 同时 期待 发言 代表 致力于 努力 应 能 能够 可以 将 "
    "会 要 协助 帮助 推动 推进 解决 应对 考虑 考虑到 注意 确定 存在 发生 所有 许多 "
    "一些 其他 主要 重要 不断 更加 更好 有效 充分 目前 仍然 正在 已经 没有 作为 成功 "
    "取得 中 在 对 把 被 从 造成 导致 产生 具有 属于 参加"
)
_FIGURES = re.compile(r"\d|^[一两]")
_TITLED = re.compile(r"《([^》]{2,40})》|“([^”]{2,40})”|「([^」]{2,40})」")
_BRACKETED = re.compile(rf"[(（]([{HAN}]{{2,12}})[)）]")


def with_plus(text: str, tokens: Sequence[TaggedWord]) -> list[TaggedWord]:
    """A plus sign belongs to the word that it follows: 以行动促维和+ is not 以行动促维和."""
    joined: list[TaggedWord] = []
    for start, end, tag in tokens:
        if joined and joined[-1][1] == start and is_plus(text[start:end]):
            joined[-1] = joined[-1][0], end, joined[-1][2]
        else:
            joined.append((start, end, tag))
    return joined


def proposals(texts: Sequence[str], tokens: Sequence[list[TaggedWord]], longest: int) -> Places:
    """Where each proposed phrase occurs: (unit, span)."""
    found: Places = {}
    for place, text in enumerate(texts):
        spans = set(_phrases(simplify(text), tokens[place], longest)) | set(_marked(text))
        for start, end in sorted(spans):
            found.setdefault(text[start:end], []).append((place, (start, end)))
    for phrase, places in _repeats(texts, tokens, longest).items():
        found.setdefault(phrase, places)
    return found


# A clause has a modal verb or a copula, a noun phrase has none: 缔约方应当, 依从率不得低于.
_PREDICATES = word_set(
    "应当 应该 必须 不得 不应 不能 不可 可以 能够 是 就是 不是 没有 均应 均须 须"
)
# What lies in, on or before a thing is not the thing: 领土内 is no headword, 领土 is.
_LOCALIZERS = word_set(
    "内 中 上 下 前 后 里 间 外 以内 以外 之间 之内 之外 之前 之后 期间 以上 以下"
)

# What points at a thing or says how many of it are meant is no part of its name: 其领土, 全体医护人员.
_DETERMINERS = word_set(
    "其 该 此 这 那 某 本 每 各 各个 各种 各类 各项 任何 全体 所有 上述 下列 以下 前述 其他"
)

_POINTERS = word_set("其 该 此 这 那")  # not inside one either: 船长在其《日志》
# What stands before a determiner is no part of a name either: 依据本条例, 对其领土.
_PREPOSITIONS = word_set(
    "于 在 对 向 从 由 依 依据 依照 根据 按照 按 就 以 为 将 把 被 给 与 和 及 或 除 凭"
)


def no_term(text: str, tokens: Sequence[TaggedWord], span: Span) -> bool:
    """Whether a phrase at `span` of a unit with `tokens` is a clause, a place, a pointer or figures.

    >>> tokens = [(0, 2, "n"), (2, 3, "f"), (3, 5, "v")]
    >>> no_term("沼泽内", tokens, (0, 3)), no_term("沼泽", tokens, (0, 2))
    (True, False)
    """
    if not any(map(str.isalpha, text)):
        return True
    low, text = span[0], simplify(text)
    words = [text[max(a - low, 0) : b - low] for a, b, _ in tokens if low <= a and b <= span[1]]
    if any(word in _PREDICATES or (at and word in _POINTERS) for at, word in enumerate(words)):
        return True
    begin = words[1:2] if len(words) > 2 and words[0] in _PREPOSITIONS else words[:1]
    return len(words) > 1 and (words[-1] in _LOCALIZERS or not _DETERMINERS.isdisjoint(begin))


def _phrases(text: str, tokens: list[TaggedWord], longest: int) -> Iterator[Span]:
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


def _repeats(texts: Sequence[str], tokenized: Sequence[list[TaggedWord]], longest: int) -> Places:
    """Runs of words that occur twice or more, with more than one neighbour on either side."""
    found: Places = {}
    around: dict[str, tuple[set[str], set[str]]] = {}
    for place, text in enumerate(texts):
        tokens = tokenized[place]
        plain = simplify(text)
        for first in range(len(tokens)):
            for last in range(first, min(len(tokens), first + longest)):
                if tokens[last][2] in ("x", "w", "m") or plain[slice(*tokens[last][:2])] in _LIGHT:
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
        and simplify(text[0]) not in _NEVER_FIRST - {"以", "为"}
        and simplify(text[-1]) not in _NEVER_LAST
        and "的" not in text
    }


def nested(found: Places) -> Iterator[tuple[str, tuple[int, Span], str]]:
    """Each phrase's places inside a longer one that recurs, with that one."""
    by_unit: dict[int, list[tuple[Span, str]]] = {}
    for text, places in found.items():
        for unit, span in places:
            by_unit.setdefault(unit, []).append((span, text))
    for unit, spans in by_unit.items():
        for (low, high), other in spans:
            if len(found[other]) < 2:
                continue
            for (start, end), text in spans:
                if low <= start and end <= high and (low, high) != (start, end):
                    yield text, (unit, (start, end)), other
