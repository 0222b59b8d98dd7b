"""Sentences: where a paragraph may be cut, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from align.document.labels import label_of
from align.language.scripts import FULL_WIDTH, HAN
from align.language.wordset import wordset

SEGMENTER_VERSION = "1"

Spans = list[tuple[int, int]]


class Rules(Protocol):
    """A user's own rules (SRX): they decide about some places, the built-in ones about the rest."""

    def decisions(self, text: str, lang: str) -> dict[int, bool]:
        """Offset → whether a segment ends there, for each place that a rule speaks about."""


_CLOSERS = "\"'”’）)」』】》〉\\]〕"

_ZH_STOP = re.compile(
    r"(?P<stop>[。！？｡]+[。！？!?…]*|[—–]+(?=[”」』]\s*[“「『])|…+|\.{3,}|．{3,}|·{6}|[!?]+|\.)"
    # A space before a closing mark is a slip of the typesetter.
    rf"(?P<close>[{_CLOSERS}]*(?:[ ]{{1,2}}[”’」』）】》]+)*)"
)
_EN_STOP = re.compile(
    r"(?P<stop>\.(?:\s\.){2,}(?![.\w])|[.!?…]+|[。！？]+|[—–](?=[\"'”’]\s+[\"'“‘]))"
    rf"(?P<close>[{_CLOSERS}*_]*(?:\s[\"”](?=\s|$))?)(?:\[\d{{1,3}}\])?"
    rf"(?=\s|$|[{HAN}]|(?<=[。！？]))"
)
_HAN_BEFORE = re.compile(f"[{HAN}{FULL_WIDTH}%）)”]$")

_ABBREVIATIONS = wordset(
    # titles: a name follows
    "mr mrs ms messrs mme mlle dr prof rev hon gen lt col maj capt cpl sgt adm gov sen rep pres "
    "amb fr st msgr sr jr esq ph mt ft "
    # references: a number or name follows
    "no nos art arts para paras par pars vol vols ch chap sect sec fig figs p pp ed eds add "
    "corr res doc docs ann app ref refs ser pt pts supp suppl eq eqs tab cap cl reg regs "
    # Latin and others that go on
    "e.g i.e cf vs v viz al ca c approx incl excl est resp etc dept univ assn bros dist div "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat "
    "u.s u.k u.n e.u d.c u.s.s.r a.m p.m inc ltd co corp llc plc intl natl"
)
# Those that also end sentences: a stop unless what follows shows that the sentence goes on.
_MAY_END = wordset(
    "etc inc ltd co corp llc plc jr sr esq a.m p.m u.s u.k u.n e.u d.c u.s.s.r al no st ca c "
    "est sat sun mar may dist div dept univ jan feb apr jun jul aug sep sept oct nov dec"
)
# After a reference's abbreviation a number goes on; "No." before anything else is an answer.
_NUMBER_FOLLOWS = wordset("no nos jan feb mar apr jun jul aug sep sept oct nov dec c ca p pp")
_WORD_BEFORE = re.compile(
    r"(?<![0-9A-Za-z\u00c0-\u024f])[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f.]*$"
)
_INITIAL = re.compile(r"(?:^|[\s(\"“'‘.-])[A-Z]$")
_NEXT_TOKEN = re.compile(r"\s*([\"'“‘(\[]*)(\S)")
_INLINE_LABEL = re.compile(r"\s*\([a-z]{1,4}\)\s")
_WEEKDAY = re.compile(r"\s*(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_STARTERS = wordset(
    "the a an he she it they we i you in on at this that these those there but and however "
    "moreover when while if as for his her its their our my with after before although since "
    "no not all some many most one such other another what who how why where by from to"
)
_FIRST_WORD = re.compile(r"\s*[\"'“‘(\[]*([A-Za-z’']+)")
# After a quoted question: Wang asked, said Mr. Khare.
_REPORTING = re.compile(
    r"\s(?:[A-Z][\w'’-]*\.?\s){1,3}(?:said|asked|replied|cried|answered|shouted|exclaimed|thought|"
    r"murmured|demanded|wondered|whispered|repeated|called|laughed|muttered)\b"
)
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
    chinese = lang.lower().startswith("zh")
    cuts = chinese_cuts(text) if chinese else english_cuts(text)
    if rules is not None:
        decided = rules.decisions(text, lang)
        if decided:
            kept = {cut for cut in cuts if decided.get(cut, True)}
            cuts = sorted(kept | {cut for cut, ends in decided.items() if ends})
    return _spans(text, cuts)


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
    if match["close"] and _quotation_goes_on(text, match):
        return False
    if stop == ".":
        return _ends_with_full_stop(text, at, end)
    if stop[0] in "!?":
        return _ends_with_half_width(text, at, end)
    if stop[0] in "….．·":
        return _ends_with_ellipsis(text, match, since)
    return True


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
    return end < len(text) and text[end].isspace() and _is_english_end(text, at, end, ".")


def _ends_with_half_width(text: str, at: int, end: int) -> bool:
    if at == 0:
        return end == len(text)
    if end == len(text) or text[end].isspace():
        return True
    return bool(_HAN_BEFORE.match(text[at - 1])) and text[end] not in ",，、;；"


def _ends_with_ellipsis(text: str, match: re.Match[str], since: int) -> bool:
    """Whether dots end the sentence that began at `since`, or only pause.

    They end it at the end of the text, with a closing quote, before an opening one, and after a
    long clause outside a quotation.
    """
    end = match.end()
    following = text[end : end + 4].lstrip()[:1]
    if not following or match["close"] or following in "“「『":
        return True
    sentence = text[max(since, match.start() - 200) : match.start()]
    quoted = sum(map(sentence.count, "“「『（(")) > sum(map(sentence.count, "”」』）)"))
    return len(sentence) > _LONG_CLAUSE and not quoted and bool(_HAN_BEFORE.match(following))


def _quotation_goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence goes on after a quotation or bracket that ends with a stop."""
    following = text[match.end() : match.end() + 4].lstrip()[:1]
    if not following:
        return False
    in_title = "》" in match["close"] or "〉" in match["close"]
    in_aside = match["stop"] != "。" and match["close"][0] in "）)" and following not in "“「『（("
    return in_title or in_aside or following in "，、；：,;:。！？—）)的地得和与與而及"


def english_cuts(text: str) -> list[int]:
    """Offsets at which an English sentence ends."""
    label = -1
    cuts = []
    for match in _EN_STOP.finditer(text):
        end = match.end()
        if label < 0:
            label = label_of(text)[1]
        if end <= label:
            continue
        if end == len(text) or _is_english_end(text, match.start(), end, match["stop"]):
            cuts.append(end)
    return cuts


def _is_english_end(text: str, at: int, end: int, stop: str) -> bool:
    following = _NEXT_TOKEN.match(text, end, end + 40)
    if not following:
        return True
    quote, char = following[1], following[2]
    if stop[-1] in "。！？":
        return True
    if quote == "(" and _INLINE_LABEL.match(text, end):
        return True
    if char.islower() or char in ",;:)]–—-":
        return False
    if stop in "—–":  # broken off, and another speaks
        return bool(quote)
    if stop == ".":
        return end > at + 1 or not _is_abbreviation(text, at, end, char, quote)
    if stop.strip(".… \t") == "":
        return char.isupper() or bool(quote) or not char.isascii()
    return not (stop[-1] in "?!" and end > at + len(stop) and _REPORTING.match(text, end))


def _is_abbreviation(text: str, at: int, end: int, char: str, quote: str) -> bool:
    before = text[max(0, at - 20) : at]
    word = _WORD_BEFORE.search(before)
    if not word:
        return False
    token = word[0].lower()
    if token in _ABBREVIATIONS:
        if token in _NUMBER_FOLLOWS and char.isdigit():
            return True
        if token not in _MAY_END:
            return True
        return not _begins_sentence(text, end, char, quote, token)
    if _INITIAL.search(before) and token not in ("i",):
        # "J. R. Smith" goes on; "Vitamin C. The" does not.
        return not _begins_sentence(text, end, char, quote, token)
    return "." in token and len(token) <= 6 and not _begins_sentence(text, end, char, quote, token)


def _begins_sentence(text: str, end: int, char: str, quote: str, token: str) -> bool:
    """Whether what follows an abbreviation that may end a sentence begins a new one."""
    if char.isdigit():
        return False
    first = _FIRST_WORD.match(text, end, end + 40)
    word = first[1] if first else ""
    if word.lower() in _STARTERS:
        return True
    if token in ("a.m", "p.m", "etc", "no"):
        return (char.isupper() or bool(quote)) and not _WEEKDAY.match(text, end)
    return False
