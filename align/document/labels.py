"""The numbers and letters at the head of paragraphs: 32., (a), （一）, 第三章, IV."""

from __future__ import annotations

import re

from align.language.scripts import HAN

_HAN_NUMERAL = "一二三四五六七八九十百零〇两兩"
_GAP = "[ \u3000\t]"
_LABEL = re.compile(
    rf"""
    (?P<resolution>\d{{1,3}}/\d{{1,4}})[.．]\s+
  | (?P<section>[1-9]\d?(?:\.[1-9]\d?){{1,4}})\.?{_GAP}+(?=[A-Z{HAN}])(?![万萬亿億千百美欧歐%])
  | (?P<padded>[1-9]\d?\.0\d(?:\.\d{{1,2}}){{0,3}})(?:[.．]{_GAP}*(?=[A-Z{HAN}(（“"《])|{_GAP}+(?=[A-Z]))
  | (?P<mixed>(?:[A-H]|[IVX]{{1,4}})(?:\.\d{{1,2}}){{1,3}})\.?{_GAP}+(?=[A-Z{HAN}])
  | §{{1,2}}{_GAP}?(?P<sign>\d{{1,4}}(?:\.\d{{1,2}}){{0,3}}[a-z]?)\.?{_GAP}+(?=[A-Z{HAN}])
  | (?P<number>\d{{1,3}})(?:[.．、)）](?!\d))\s*
  | (?P<wide>[０-９]{{1,3}})[.．、）)]\s*
  | [(（]\s?
    (?P<inner>[a-zA-Z]|[ivxlcdm]{{1,6}}|[IVXLC]{{1,5}}|\d{{1,3}}|[a-z]{{2}}|[{_HAN_NUMERAL}]{{1,4}})
    \s?[)）]\s*
  | (?P<letter>[a-z])[)）]\s+
  | (?P<dotted>[a-z]|[ivx]{{2,5}})\.{_GAP}+(?=\S)
  | (?P<han>[{_HAN_NUMERAL}]{{1,4}})[、．.]\s*
  | 第(?P<part>[{_HAN_NUMERAL}\d]{{1,6}}|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})[章节節条條款部编編篇回]
    (?:[。．.](?=\s*[{HAN}《“(（])|(?=[\s{HAN}]|$))\s*
  | (?P<roman>[IVXLC]{{1,6}})\.{_GAP}+(?=[A-Z{HAN}])
  | (?P<capital>[A-H])\.{_GAP}+(?=[A-Z{HAN}])
  | (?P<circled>[①-⑳])\s*
  | (?P<bullet>[•●○■▪◆◦∙]\s*|[-*+–]\s+)
    """,
    re.VERBOSE,
)
_WORD_LABEL = re.compile(
    r"(?:Article|Chapter|Section|Part|Annex|Appendix|Rule|Regulation|Principle|Goal|Target)"
    r"\s+(?P<n>\d{1,3}(?:\.\d{1,2}){0,3}|[IVXLC]{1,6}|[A-Z])\b(?!\.\d)\.?\s*"
)
_STARTS = frozenset(
    "0123456789０１２３４５６７８９(（第§•●○■▪◆◦∙-*+–①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" + _HAN_NUMERAL
)
_ITEMS = ("inner", "letter", "dotted", "circled", "bullet")


def _match(text: str) -> re.Match[str] | None:
    """A cheap look first: nearly all lines begin with something that no label begins with."""
    first = text[:1]
    lettered = first.isascii() and first.isalpha() and ("." in text[1:8] or ")" in text[1:3])
    return _LABEL.match(text) if first in _STARTS or lettered else None


def label_of(text: str) -> tuple[str | None, int]:
    """The normalised number at the head of a paragraph and where its text begins.

    A bullet is no number, but the text begins after it.

    >>> label_of("32.更好的培训")
    ('32', 3)
    >>> label_of("（一）总则"), label_of("(a) To review")
    (('1', 3), ('a', 4))
    >>> label_of("3.5 million people")
    (None, 0)
    """
    match = _match(text)
    if match:
        name = match.lastgroup or "bullet"
        return None if name == "bullet" else normalised(match[name]), match.end()
    word = _WORD_LABEL.match(text) if text[:1] in "ACSPRGT" else None
    return (word["n"], word.end()) if word else (None, 0)


def normalised(label: str) -> str:
    """A label in one form for both languages: digits for Chinese, full-width and circled numbers.

    >>> normalised("十二"), normalised("１２"), normalised("④"), normalised("iv")
    ('12', '12', '4', 'iv')
    """
    if label[0] in _HAN_NUMERAL:
        from align.language.numbers import han_value

        value = han_value(label)
        return label if value is None else str(value)
    if "①" <= label <= "⑳":
        return str(ord(label) - ord("①") + 1)
    return str(int(label)) if label.isdecimal() else label


def is_item(text: str) -> bool:
    """Whether `text` begins as an item below a numbered paragraph does: (a), （一）, b), ③, •."""
    match = _match(text)
    return match is not None and match.lastgroup in _ITEMS


# Signs that no text begins with; ○ is a zero of Chinese where no space follows.
_SIGN = re.compile(r"(?:[•●■□▪▫◆◇∙‣➢➤►▶❖]\s*|[○◦]\s+)(?=\S)")
_DASH = re.compile(r"[-–—]\s+(?=\S)")


def bullet_end(text: str) -> int:
    """Where the text after a bullet begins; 0 where none stands before it.

    >>> bullet_end("• oil"), bullet_end("▪oil"), bullet_end("○六年"), bullet_end("•")
    (2, 1, 0, 0)
    """
    match = _SIGN.match(text)
    return match.end() if match else 0


def dash_end(text: str) -> int:
    """Where the text after a dash begins, as `bullet_end`: a bullet, or somebody who speaks."""
    match = _DASH.match(text)
    return match.end() if match else 0


_BARE = re.compile(
    r"[(（]?(?:\d{1,3}|[a-zA-Z]|[ivxlcdm]{1,6}|[IVXLC]{1,6}|[" + _HAN_NUMERAL + r"]{1,4})"
    r"(?:[.．、)）]|(?:\.\d{1,3}){1,4}\.?)?[)）]?[.:：]?"
    r"|(?:[问問答]|Q|A)\s?\d{0,3}[:：.．、]"
    r"|[①-⑳*†‡+§>\-–—•●○■□▪▫◆◇◦∙·‣➢➤►▶✓✔]|第[" + _HAN_NUMERAL + r"\d]{1,6}[章节節条條款部编編篇回]"
)


def is_label(text: str) -> bool:
    """Whether `text` is nothing but a label or bullet: `(a)`, `1.2.`, `三、`, `•`.

    >>> [is_label(text) for text in ("(a)", "1.2.", "三、", "•", "iv)", "问：", "Q3.", "Togo", "of")]
    [True, True, True, True, True, True, True, False, False]
    """
    text = text.strip()
    if len(text) == 1 and ("\ue000" <= text <= "\uf8ff" or text == "\ufffd"):
        return True  # a glyph of a symbol font
    return _BARE.fullmatch(text) is not None
