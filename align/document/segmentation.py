"""Sentences: where a paragraph may be cut, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from align.document.enclosures import closed_to_cuts
from align.document.english_words import english_words
from align.document.inline_labels import is_bare_label, item_starts
from align.document.labels import label_of
from align.language.abbreviations import (
    ABBREVIATIONS,
    COMPANY_FORMS,
    MARKED_NAMES,
    MAY_END,
    NUMBER_FOLLOWS,
    NUMBER_NEEDED,
    STARTERS,
)
from align.language.languages import Language, language_of
from align.language.scripts import FULL_WIDTH, HAN

SEGMENTER_VERSION = "4"

Spans = list[tuple[int, int]]


class Rules(Protocol):
    """A user's own rules (SRX): they decide about some places, the built-in ones about the rest."""

    def decisions(self, text: str, lang: str) -> dict[int, bool]:
        """Offset → whether a segment ends there, for each place that a rule speaks about."""


_CLOSERS = "\"'”’）)」』】》〉\\]〕"

_ZH_STOP = re.compile(
    r"(?P<stop>[。！？｡]+[。！？!?…]*|(?<![—–])[—–]++(?=[”」』]\s*[“「『])|[…⋯‥]+|\.{3,}|．{3,}|·{6}|[!?]+"
    r"|\.(?:[ ]\.){2,}|[.．])"
    # A space before a closing mark is a slip of the typesetter.
    rf"(?P<close>[{_CLOSERS}]*(?:[ ]{{1,2}}[”’」』）】》]+)*)(?:\[\d{{1,3}}\]|[⁰¹²³⁴-⁹]{{1,3}})?"
)
_EN_STOP = re.compile(
    r"(?P<stop>(?<!\.\s)\.(?:\s\.){2,}(?![.\w])|[.!?…]+|[。！？]+|[—–](?=[\"'”’]\s+[\"'“‘]))"
    rf"(?P<close>[{_CLOSERS}*_]*(?:\s[\"”](?=\s|$))?)(?:\[\d{{1,3}}\]|[⁰¹²³⁴-⁹]{{1,3}})?"
    rf"(?=\s|$|[{HAN}]|(?<=[。！？]))"
)
_DOT_CHARS = ".…．⋯‥· "
_DOTS = frozenset(_DOT_CHARS)
_OMISSIONS = frozenset(("[...]", "[…]", "[……]", "(...)", "(…)", "（……）", "（…）", "［……］"))
_HAN_BEFORE = re.compile(f"[{HAN}{FULL_WIDTH}%）)”]$")

_WORD_BEFORE = re.compile(
    r"(?<![0-9A-Za-z\u00c0-\u024f])[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f.]*$"
)
_INITIAL = re.compile(r"(?:^|[\s(\"“'‘.-])[A-Z]$")
_NAMED_LETTER = re.compile(r"([A-Za-z’']+)\s[A-Z]$")  # vitamin C, Annex B, between A and C
_NEXT_INITIAL = re.compile(r"\s*[A-Z]\.")
_NEXT_TOKEN = re.compile(r"\s*([\"'“‘(\[]*)(\S)")
_INLINE_LABEL = re.compile(r"\s*\([a-z]{1,4}\)\s")
_WEEKDAY = re.compile(r"\s*(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_FIRST_WORD = re.compile(r"\s*[\"'“‘(\[]*([A-Za-z’']+)")
# After a quoted question: Wang asked, said Mr. Khare.
_REPORTING = re.compile(
    r"\s(?:[A-Z][\w'’-]*\.?\s){1,3}(?:said|asked|replied|cried|answered|shouted|exclaimed|thought|"
    r"murmured|demanded|wondered|whispered|repeated|called|laughed|muttered)\b"
)
# A source in brackets after a quotation, before the stop: (Smith 55). （《灯记》）。
_CITATION = re.compile(r"\s?(?:\([^()]{1,80}\)\s?[.,;:]|[（(][^（）()]{1,80}[）)][。，；：])")
# Dots after these stand for words that were left out, and the sentence goes on.
_OMITTED = re.compile(
    "(?:^|[，；：、,;:\\s])(?:但|但是|而|如|如果|若|或|因|虽|雖|凡|即|并|並|且)?$"
)
_LIST_END = re.compile(r"\s?(?:等|之类|之類|的|者|或|及|和|与|與|，|、|除外|在内|在內)")
# "At 5 a.m." at the head of a sentence: the clause is still to come.
_TIME_FIRST = re.compile(
    r"\s*[\"“'‘(]*(?:At|By|Around|About|Before|After|Until|Since|From|Between|Towards?)\s[^,.]{1,24}"
    r"(?:\.\d\d)?\s?[ap]\.m$",
    re.IGNORECASE,
)
_NUMERO = re.compile(r"(?:\b[Nn][°ºo]|№)$")
_NAME_AND_I = re.compile(r"\b[A-Z][\w'’-]+\sI$")
_I = re.compile(r"\s*I\b")
_BRAND = re.compile(r"\s*[\"'“‘(\[]*[a-z][A-Z]")  # eBay, iPhone
_LAST_LETTERS = re.compile(r"[A-Za-z]+$")
_LONG_CLAUSE = 12  # characters before an ellipsis that are more than a stammer


def split(text: str, lang: str, rules: Rules | None = None) -> Spans:
    """Spans of the sentences of `text`, a paragraph: in order, without the space between them.

    Every character that is no white space is in exactly one span. A label at the head ("32. ")
    stays with the first sentence. `rules` (SRX) override the built-in ones where they speak.

    >>> split("他来了。她走了！", "zh-CN")
    [(0, 4), (4, 8)]
    >>> split("Mr. Khare left at 3.05 p.m. He returned.", "en-US")
    [(0, 27), (28, 40)]
    """
    language = language_of(lang)
    cuts = chinese_cuts(text) if language.is_chinese else english_cuts(text)
    cuts = _outside_pairs(text, _with_items(text, cuts), language)
    cuts = _nothing_alone(text, cuts)
    if rules is not None:
        decided = rules.decisions(text, lang)
        if decided:
            kept = {cut for cut in cuts if decided.get(cut, True)}
            cuts = sorted(kept | {cut for cut, ends in decided.items() if ends})
    return _spans(text, cuts)


def _outside_pairs(text: str, cuts: list[int], language: Language) -> list[int]:
    """The cuts that are in no title, no quoted name and no bracket within a sentence."""
    if not cuts or cuts[0] == len(text):
        return cuts
    closed = sorted(closed_to_cuts(text, language=language))
    kept = []
    at, reach = 0, -1
    for cut in cuts:
        while at < len(closed) and closed[at].start < cut:
            reach = max(reach, closed[at].end)
            at += 1
        if cut > reach:
            kept.append(cut)
    return kept


def _with_items(text: str, cuts: list[int]) -> list[int]:
    """The cuts with one before each item of a running list, and none at its label's own stop."""
    items, labels = item_starts(text)
    if not labels:
        return cuts
    inside = {cut for start, end in labels for cut in range(start + 1, end + 1)}
    return sorted({cut for cut in cuts if cut not in inside} | set(items))


def _nothing_alone(text: str, cuts: list[int]) -> list[int]:
    """The cuts that leave no label and no row of dots alone."""
    kept: list[int] = []
    start = 0
    last = len(text.rstrip(_DOT_CHARS))
    for cut in cuts:
        if last <= cut < len(text):
            continue
        if cut == len(text) or not _opens_what_follows(text, start, text[start:cut].strip()):
            kept.append(cut)
            start = cut
    return kept


def _opens_what_follows(text: str, start: int, piece: str) -> bool:
    """Whether a piece is only a label, or dots for what is left out, of the sentence after it.

    A number after a question is its answer.
    """
    if is_bare_label(piece):
        return not (
            piece[0].isdecimal() and text[max(0, start - 8) : start].rstrip().endswith(("?", "？"))
        )
    return _DOTS.issuperset(piece) or piece in _OMISSIONS


def _spans(text: str, cuts: Iterable[int]) -> Spans:
    found: Spans = []
    start = 0
    for end in (*cuts, len(text)):
        piece = text[start:end]
        bare = piece.strip()
        if bare:
            left = start + len(piece) - len(piece.lstrip())
            found.append((left, left + len(bare)))
        start = end
    return found


def chinese_cuts(text: str) -> list[int]:
    """Offsets at which a Chinese sentence ends."""
    label = -1
    cuts: list[int] = []
    for match in _ZH_STOP.finditer(text):
        if not _is_chinese_end(text, match, cuts[-1] if cuts else 0):
            continue
        if label < 0:
            label = label_of(text)[1]
        if match.end() > label:
            cuts.append(match.end())
    return cuts


def _is_chinese_end(text: str, match: re.Match[str], since: int) -> bool:
    stop, at, end = match["stop"], match.start(), match.end()
    if _is_omission(text, match):
        return False
    if match["close"] and _quotation_goes_on(text, match):
        return False
    if stop in (".", "．"):
        return _ends_with_full_stop(text, at, end)
    if stop[0] in "!?":
        return _ends_with_half_width(text, at, end, stop)
    if stop[0] in _DOT_CHARS or (len(stop) > 2 and set(stop) == {"。"}):
        return _ends_with_ellipsis(text, match, since)
    return True


def _is_omission(text: str, match: re.Match[str]) -> bool:
    """Dots in brackets of their own: […] and （……） stand for what was left out."""
    return (
        match["close"][:1] in tuple(")）]］")
        and text[match.start() - 1 : match.start()] in tuple("(（[［")
        and _DOTS.issuperset(match["stop"])
        and match.end() < len(text)
    )


def _ends_with_full_stop(text: str, at: int, end: int) -> bool:
    """A Western stop in Chinese: after a Chinese character at the end, or before another one."""
    if at == 0 or not _HAN_BEFORE.match(text[at - 1]):
        return end == len(text) or _is_western_end(text, at, end)
    if end == len(text):
        return True
    following = text[end]
    return following.isspace() or (
        bool(_HAN_BEFORE.match(following)) and not text[at - 1].isdigit()
    )


def _is_western_end(text: str, at: int, end: int) -> bool:
    """A Western sentence within Chinese: its stop, a space, a capital."""
    return end < len(text) and text[end].isspace() and _is_english_end(text, at, end, ".", 0)


def _ends_with_half_width(text: str, at: int, end: int, stop: str) -> bool:
    if at == 0:
        return end == len(text)
    if end == len(text):
        return True
    if _is_name_with_mark(text, at, end, stop):
        return False
    return text[end].isspace() or (
        text[end] not in ",，、;；"
        and bool(
            _HAN_BEFORE.match(text[at - 1] + text[end])
            or (_HAN_BEFORE.match(text[end]) and text[at - 1].isalnum())
        )
    )


def _ends_with_ellipsis(text: str, match: re.Match[str], since: int) -> bool:
    """Whether dots end the sentence that began at `since`, or only pause.

    They end it at the end of the text, with a closing quote, before an opening one, and after a
    long clause outside a quotation. Right after a comma or a connective they stand for words left
    out: 但……除外.
    """
    end = match.end()
    following = text[end : end + 4].lstrip()[:1]
    if not following or match["close"] or following in "“「『":
        return True
    sentence = text[max(since, match.start() - 200) : match.start()]
    quoted = sum(map(sentence.count, "“「『（(")) > sum(map(sentence.count, "”」』）)"))
    return (
        len(sentence) > _LONG_CLAUSE
        and not quoted
        and bool(_HAN_BEFORE.match(following))
        and not _OMITTED.search(sentence)
        and not _LIST_END.match(text, end)
    )


def _quotation_goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence goes on after a quotation or bracket that ends with a stop."""
    following = text[match.end() : match.end() + 4].lstrip()[:1]
    if not following:
        return False
    if following in "（(" and _CITATION.match(text, match.end()):
        return True
    in_title = "》" in match["close"] or "〉" in match["close"]
    in_aside = match["stop"] != "。" and match["close"][0] in "）)" and following not in "“「『（("
    return in_title or in_aside or following in "，、；：,;:。！？—）)的地得和与與而及"


def english_cuts(text: str) -> list[int]:
    """Offsets at which an English sentence ends."""
    label = -1
    cuts: list[int] = []
    for match in _EN_STOP.finditer(text):
        end = match.end()
        if label < 0:
            label = label_of(text)[1]
        if end <= label:
            continue
        stop, since = match["stop"], cuts[-1] if cuts else 0
        if end == len(text):
            cuts.append(end)
        elif len(stop) > 2 and stop[1].isspace():
            if _is_spaced_end(text, match):
                cuts.append(end)
        elif not _is_omission(text, match) and _is_english_end(
            text, match.start(), end, stop, since
        ):
            cuts.append(end)
    return cuts


def _is_spaced_end(text: str, match: re.Match[str]) -> bool:
    """Whether dots with spaces between end a sentence. "I" has a capital in a pause as well."""
    following = _NEXT_TOKEN.match(text, match.end(), match.end() + 40)
    if not following or not (following[2].isupper() or following[1]):
        return False
    pause = match["stop"].count(".") == 3 and not match["close"]
    return not (pause and _I.match(text, match.end()))


def _is_english_end(text: str, at: int, end: int, stop: str, since: int) -> bool:
    following = _NEXT_TOKEN.match(text, end, end + 40)
    if not following:
        return True
    quote, char = following[1], following[2]
    if stop[-1] in "。！？":
        return True
    if quote == "(" and _INLINE_LABEL.match(text, end):
        return True
    if char in ",;:)]–—-" or (char.islower() and not _BRAND.match(text, end)):
        return False
    if quote == "(" and end > at + len(stop) and _CITATION.match(text, end):
        return False
    if stop in "—–":  # broken off, and another speaks
        return bool(quote)
    if stop == ".":
        if end > at + 1:
            return True
        return not _is_abbreviation(text, at, end, char, quote) and not _TIME_FIRST.match(
            text, since, at
        )
    if stop.strip(".… \t") == "":
        return char.isupper() or bool(quote) or not char.isascii()
    if _is_name_with_mark(text, at, end, stop):
        return False
    return not (stop[-1] in "?!" and end > at + len(stop) and _REPORTING.match(text, end))


def _is_name_with_mark(text: str, at: int, end: int, stop: str) -> bool:
    """A mark that belongs to a name: Yahoo! Inc., Yahoo! Japan."""
    if stop not in ("!", "?") or end > at + 1:
        return False
    first = _FIRST_WORD.match(text, end, end + 40)
    word = first[1] if first else ""
    if word.lower() in COMPANY_FORMS and word[:1].isupper():
        return True
    before = _LAST_LETTERS.search(text[max(0, at - 20) : at])
    name = before[0].lower() if before else ""
    return name in MARKED_NAMES and word.lower() not in STARTERS


def _is_abbreviation(text: str, at: int, end: int, char: str, quote: str) -> bool:
    before = text[max(0, at - 20) : at]
    if _NUMERO.search(before) and char.isdigit():
        return True
    word = _WORD_BEFORE.search(before)
    if not word:
        return False
    token = word[0].lower()
    # c. and p. are abbreviations, C. and P. letters, but for the page of "P. 12".
    capital = len(token) == 1 and word[0].isupper() and not char.isdigit()
    if token in ABBREVIATIONS and not capital:
        if token in NUMBER_FOLLOWS and char.isdigit():
            return True
        if token not in MAY_END:
            return True
        return not _begins_sentence(text, end, char, quote, token)
    if _INITIAL.search(before) and (token != "i" or _NAME_AND_I.search(before)):
        # "J. R. Smith" goes on; "vitamin C. The" does not, and no more does "you and I. Jones".
        if _NEXT_INITIAL.match(text, end):
            return True
        return not (
            _begins_sentence(text, end, char, quote, token) or _names_letter(text, end, before)
        )
    return "." in token and len(token) <= 6 and not _begins_sentence(text, end, char, quote, token)


def _names_letter(text: str, end: int, before: str) -> bool:
    """Whether a capital is no initial: a common word before it, and one that begins a sentence
    after it. Before a middle name stands a given name, after any initial a surname."""
    named = _NAMED_LETTER.search(before)
    first = _FIRST_WORD.match(text, end, end + 40)
    if named is None or first is None:
        return False
    common = english_words().common
    word, kind = first[1], named[1].lower()
    is_kind = named[1] == kind or kind in NUMBER_NEEDED or kind in common
    return is_kind and word[1:].islower() and word.lower() in common


def _begins_sentence(text: str, end: int, char: str, quote: str, token: str) -> bool:
    """Whether what follows an abbreviation that may end a sentence begins a new one."""
    if char.isdigit():
        return False
    first = _FIRST_WORD.match(text, end, end + 40)
    word = first[1] if first else ""
    if word.lower() in STARTERS:
        return True
    if token in ("a.m", "p.m", "etc", "no"):
        return (char.isupper() or bool(quote)) and not _WEEKDAY.match(text, end)
    return False
