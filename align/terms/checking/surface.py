"""Slips that need no second language to be seen, or only a glance at it; each can be turned off.

A word twice, two spaces, a bracket or quotation mark that nothing closes, an end mark that is
missing or another, a translation that is its source, the other language left in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from align.datatypes import Finding, TranslationUnit
from align.language.abbreviations import ALSO_WORDS, MAY_END
from align.language.scripts import HAN
from align.language.tags import is_chinese, is_english
from align.language.words import crossing
from align.terms.rules import finding

Span = tuple[int, int]
Slip = tuple[str, Span]  # the verdict and the place in the translation

# Words that English rightly writes twice: "had had", "that that", "is is"; Chinese reduplicates
# most characters (谢谢, 天天), so that there only particles and whole phrases are slips.
_TWICE_RIGHT = frozenset(
    "had that is do her you no bye very really so many much long ha knock blah".split()
)
_EN_TWICE = re.compile(r"(?<![A-Za-z'’-])([A-Za-z]+)(\s+)(\1)(?![A-Za-z'’-])", re.IGNORECASE)
_ZH_TWICE = re.compile(
    rf"([的地得在是和与及或对从将被把于以为由向而了]|[{HAN}]{{2,6}})\1(?!\1)|([{HAN}]{{1,4}})([，、])\2\3"
)
# 研究研究, 通通, 一般般: verbs and adjectives that are reduplicated; 是是非非, 得得失失.
_ZH_RIGHT = re.compile(
    r"(?:是是|得得|和和|为为|地地)(?=[非失美])|(.)不\1不|了了(?=[然之解])|的的(?=确)|以以|对对|(?:研究|考虑|讨论|商量|休息|学习|打扫|收拾"
    r"|介绍|参考|了解|活动|观察|尝试|检讨|意思){2}"
)
_SPACES = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_OPENING = {
    "(": ")",
    "（": "）",
    "[": "]",
    "【": "】",
    "《": "》",
    "“": "”",
    "「": "」",
    "『": "』",
    "〔": "〕",
    "‘": "’",
}
_CLOSING = {close: open for open, close in _OPENING.items()}
_MARK = re.compile(f"[{re.escape(''.join((*_OPENING, *_CLOSING)))}]")
_SAME = {"（": "(", "）": ")", "【": "[", "】": "]", "〔": "[", "〕": "]"}
_LIST_LABEL = re.compile(
    r"^\s*(?:[0-9]{1,3}|[A-Za-z]{1,5}|[一二三四五六七八九十]{1,3}|[甲乙丙丁戊己庚辛])[)）]"
)
_EMOTICON = re.compile(r"[:;]-?[()]")
_END = re.compile(r"[.!?…。！？；;:：]+(?=[”’\"'）)」』\]】]*\s*$)")
_SHORTENED = re.compile(r"(?<![\w.])([A-Za-z][A-Za-z.]*)\.[”’\"')\]]*\s*\Z")
_END_KINDS = {
    **dict.fromkeys("。.", "."), **dict.fromkeys("？?", "?"), **dict.fromkeys("！!", "!"),
    **dict.fromkeys("：:", ":"), **dict.fromkeys("；;", ";"), "…": "…",
}  # fmt: skip
_HAN_RUN = re.compile(rf"[{HAN}]+(?:[{HAN}、，]*[{HAN}])?")
_LATIN_RUN = re.compile(r"[A-Za-z]+(?:[\s,'’-]+[A-Za-z]+){5,}")
_WORDY = re.compile(rf"[{HAN}]{{2}}|[A-Za-z]{{3,}}\s+[A-Za-z]{{2,}}")


def check_surface(
    units: Sequence[TranslationUnit], *, off: Collection[str] = ()
) -> Iterator[Finding]:
    """Findings on the form of the translations, in order; `off` names rules to leave out."""
    for place, unit in enumerate(units):
        if not unit.target.strip():
            continue
        for rule, check in RULES.items():
            if rule in off:
                continue
            for verdict, span in check(unit):
                yield finding(
                    rule,
                    verdict,
                    place,
                    unit,
                    found=unit.target[span[0] : span[1]].strip() or None,
                    target_spans=(span,),
                )


def _doubled(unit: TranslationUnit) -> Iterator[Slip]:
    """A word twice: "the the", 了了; not what the source has twice as well, and no "had had"."""
    text = unit.target
    if is_chinese(unit.target_lang):
        for match in _ZH_TWICE.finditer(text):
            right = _ZH_RIGHT.match(text, match.start()) or _of_two_words(text, match)
            if not right and not _twice(unit.source):
                yield "doubled", match.span()
    elif is_english(unit.target_lang):
        for match in _EN_TWICE.finditer(text):
            one, other = match[1], match[3]
            if one.lower() in _TWICE_RIGHT or (
                one[0].isupper() and other[0].isupper() and one.lower() not in _SMALL
            ):
                continue  # New York, New York; Bora Bora
            if one.isupper() and len(one) == 1:
                continue
            if _NAMED.match(text, match.end()) or _names(unit.source, one):
                continue
            yield "doubled", match.span()


_NAMED = re.compile(r"[_(]|\.\w")  # Django django.setup, table table_name


def _names(source: str, word: str) -> bool:
    """Whether a Chinese text has a Latin word: 字符串 string is the string string."""
    return (
        re.search(f"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", source, re.IGNORECASE) is not None
    )


def _of_two_words(text: str, match: re.Match[str]) -> bool:
    """Whether what looks like a word twice is the end of one and another: 现在|在, 和|和平.

    So is a clause before the head of another noun: 创建者|的文件|的文件名.
    """
    run, start = match[1], match.start()
    if run is None:  # 手工业、工业 is a list
        return crossing(text[: match.end(2)], start, match.end(2)) > 0
    again = start + len(run)
    if len(run) == 1:
        return crossing(text[: start + 1], start, start + 1) > 0 or crossing(text[again:], 0, 1) > 0
    last = match.end()
    longer = crossing(text[again:], 0, len(run)) > 0  # 单字符|字符串
    goes_on = _GOES_ON.match(text, last) is not None
    return longer or (run[0] == "的" and goes_on)


_GOES_ON = re.compile(rf"[{HAN}]| ?[A-Za-z0-9]")  # 的用户|的用户 ID


_SMALL = frozenset(
    "the a an of to in and for on with by at from or as it this be are was were".split()
)


# A root twice, side by side or with a small word between: "a connection to connect", "process process".
_ROOT_TWICE = re.compile(r"\b([a-z]{4,})[a-z]*\W+(?:[a-z]{1,4}\W+)?\1", re.IGNORECASE)


def _twice(source: str) -> bool:
    return (
        any(match[1].lower() not in _TWICE_RIGHT for match in _EN_TWICE.finditer(source))
        or re.search(r"\b(\w+), \1\b", source, re.IGNORECASE) is not None
        or _ROOT_TWICE.search(source) is not None
    )


def _spaces(unit: TranslationUnit) -> Iterator[Slip]:
    if _SPACES.search(unit.source) is None:
        for match in _SPACES.finditer(unit.target):
            yield "spaces", match.span()


def _unclosed(unit: TranslationUnit) -> Iterator[Slip]:
    """A bracket or mark without its other half, where the source's own are in pairs."""
    if next(_unpaired(unit.source), None) is None:
        spans = _unpaired(unit.target)
        if _quotation_goes_on(unit.source):  # its straight mark has its other half elsewhere
            spans = (span for span in spans if unit.target[span[0]] != '"')
        for span in spans:
            yield "unclosed", span


def _quotation_goes_on(text: str) -> bool:
    """Whether a quotation begins in a text and ends elsewhere, or the other way round."""
    return any(text.count(one) != text.count(other) for one, other in ("“”", "「」", "『』"))


def _unpaired(text: str) -> Iterator[Span]:
    label = _LIST_LABEL.match(text)
    start = label.end() if label else 0
    faces = {m.start() + len(m.group()) - 1 for m in _EMOTICON.finditer(text)}
    waiting: list[tuple[str, int]] = []
    for match in _MARK.finditer(text, start):
        char, place = match.group(), match.start()
        if place in faces and not (char == ")" and waiting):  # "(., ! or :)" is no face
            continue
        if char in _OPENING:
            waiting.append((char, place))
        else:
            if char == "’":  # an apostrophe, unless a quotation waits for it
                if waiting and waiting[-1][0] == "‘":
                    waiting.pop()
                continue
            wanted = _SAME.get(_CLOSING[char], _CLOSING[char])
            if waiting and _SAME.get(waiting[-1][0], waiting[-1][0]) == wanted:
                waiting.pop()
            elif char not in "”」』":  # a quotation may have been opened in an earlier unit
                yield place, place + 1
    for char, place in waiting:
        if char not in "‘“「『":  # and be closed in a later one
            yield place, place + 1
    if text.count('"') % 2 and not re.search(r'\d"', text):
        place = text.index('"')
        yield place, place + 1


def _end_mark(unit: TranslationUnit) -> Iterator[Slip]:
    """Another end mark, or none where the source has one. A semicolon or a colon may end either."""
    ours, theirs = _end_of(unit.source), _end_of(unit.target)
    if ours is None or not _WORDY.search(unit.target) or _is_heading(unit.source):
        return
    end = len(unit.target.rstrip())
    if theirs is None:
        if ours in ".?!" and not _ends_short(unit.source):
            yield "no-end-mark", (max(end - 1, 0), end)
    elif ours != theirs and "?" in (ours, theirs) and "!" not in (ours, theirs):
        yield "end-mark", (end - 1, end)


def _end_of(text: str) -> str | None:
    match = _END.search(text)
    return _END_KINDS.get(match.group()[0]) if match else None


# "Section 7. Other Terms and Conditions.", "b. Other rights.": run-in headings, whose full stop others
# leave out. Of 11 such in a translated licence the longest has seven words.
_HEADING = re.compile(
    r"\s*(?:(?:section|article|chapter|part|annex|appendix|schedule|exhibit)\s(?:\d[\d.]*|[IVXLC]+|[A-Z])"
    r"|[(（]?(?:\d{1,2}(?:\.\d{1,2})*|[A-Za-z]|[ivx]{1,5})[.)）])\W*\s(?P<words>(?:[^\s.]+\s){0,6}[^\s.]+)\.\s*",
    re.IGNORECASE,
)


def _is_heading(text: str) -> bool:
    return _HEADING.fullmatch(text) is not None


def _ends_short(text: str) -> bool:
    """Whether a text ends with an abbreviation, whose full stop may be no end: "at 3 p.m." """
    word = _SHORTENED.search(text[-40:])
    return word is not None and word[1].lower() in MAY_END - ALSO_WORDS


# What commands, code and paths have, and sentences have not.
_CODE = re.compile(r"[={}$\\|;]|\w\(|--?\w+[ =]|(?<!\w)[./~]*/\w|\w_\w|::|^[$#>] ")


def _may_stand(text: str) -> bool:
    """Whether English may stay as it is in a Chinese translation: names, titles, code.

    In a title every word but the small ones has a capital; code has no small words.
    """
    if not re.search(r"[a-z]{2,} [a-z]{2,}", text):
        return True
    if _CODE.search(text) and not _SMALL_WORD.search(text):
        return True
    return _LISTED.match(text) is not None and _is_title(text)


# A title that a number or a source calls up: "CWE-79 Improper …", "RFC 2119: Key words …".
_LISTED = re.compile(r"(?:[•\s-]*)(?:[A-Z]{2,}[\w.+]*[ -]?\d[\w.-]*|\[\d+\])\W*\s")


def _is_title(text: str) -> bool:
    """Whether most of the longer words have a capital: "used" and "during" may stay small."""
    words = [match.group() for match in re.finditer(r"[A-Za-z]{4,}", text)]
    capital = sum(word[0].isupper() for word in words)
    return 3 * capital >= 2 * len(words)


def _untranslated(unit: TranslationUnit) -> Iterator[Slip]:
    """A translation that is its source, or all in the source's language."""
    text = unit.target.strip()
    if not _WORDY.search(text) or is_chinese(unit.source_lang) == is_chinese(unit.target_lang):
        return
    if is_chinese(unit.source_lang) and not re.search(f"[{HAN}]", unit.source):
        return  # English, code or an address in the Chinese text: it stays as it is
    whole = (0, len(unit.target))
    if text == unit.source.strip():
        # Names, codes and titles may stand as they are; a sentence may not.
        if not is_chinese(unit.source_lang) and _may_stand(text):
            return
        yield "same", whole
    elif (
        is_chinese(unit.source_lang)
        and len(re.findall(f"[{HAN}]", text)) > 2 * len(re.findall(r"[A-Za-z]+", text))
    ) or (
        is_chinese(unit.target_lang)
        and not re.search(f"[{HAN}]", text)
        and re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", text)
    ):
        yield "untranslated", whole


# A sentence has one of these; a command, a row of names or of keywords has none.
_SMALL_WORD = re.compile(
    r"(?<![\w-])(?:the|a|an|of|to|in|on|at|by|is|are|was|were|be|been|has|have|had|and|or|not|for|with|from|that|this"
    r"|these|it|its|as|we|you|your|they|their|he|she|his|her|will|can|may|must|should|shall|which|who)(?![\w-])"
)


def _left_in(unit: TranslationUnit) -> Iterator[Slip]:
    """Chinese in an English translation, or an English sentence in a Chinese one."""
    text = unit.target
    if next(_untranslated(unit), None) is not None or text.strip() == unit.source.strip():
        return  # what is the source itself has been told, or may stand
    if is_english(unit.target_lang):
        for match in _HAN_RUN.finditer(text):
            around = (
                text[max(0, match.start() - 2) : match.start()]
                + text[match.end() : match.end() + 1]
            )
            if not re.search(
                r"[(（“\"《「']", around
            ):  # a name in its own script, in brackets or quoted
                yield "left-in", match.span()
    elif is_chinese(unit.target_lang):
        for match in _LATIN_RUN.finditer(text):
            before = text[max(0, match.start() - 1) : match.start()]
            if (
                re.search(r"[a-z] [a-z]{2,} [a-z]{2,}", match.group())
                and _SMALL_WORD.search(match.group())
                and not re.search(r"[(（“\"《「'‘`]", before)
            ):
                yield "left-in", match.span()


RULES: dict[str, Callable[[TranslationUnit], Iterator[Slip]]] = {
    "doubled-word": _doubled,
    "double-space": _spaces,
    "unclosed": _unclosed,
    "end-mark": _end_mark,
    "untranslated": _untranslated,
    "left-in": _left_in,
}
