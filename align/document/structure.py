"""What kind of paragraph a text is by its form: heading, list item, formula, body."""

from __future__ import annotations

import re

from align.datatypes import ParagraphKind
from align.document.labels import is_item

_FORMULA = re.compile(
    r"The (?:meeting|session) (?:was (?:called to order|suspended|resumed|adjourned|opened|closed)|"
    r"rose|resumed|opened|closed)\b"
    r"|(?:下午|上午|中午|晚上|凌晨|午夜|会议|會議)[^。]{0,40}"
    "(?:宣布开会|宣布開會|开会|開會|散会|散會|休会|休會|复会|復會|会议暂停|會議暫停)"
)
_AGENDA = re.compile(
    r"(?:Provisional agenda|Agenda)\s[Ii]tems?\s\d+|(?:临时)?(?:议程|議程)(?:项目|項目)\s?\d+"
    r"|Item\s\d+\s(?:of the|\()"
)
# The words with which the paragraphs of a resolution begin.
_OPENER = re.compile(
    r"(?:(?:Also|Further|Deeply|Gravely|Seriously|Strongly|Fully|Firmly|Profoundly|Particularly|"
    r"Keenly|Again|Solemnly|Once again)\s)?"
    r"(?:[A-Za-z][a-z]+ing|[Cc]oncerned|[Cc]onvinced|[Aa]ware|[Mm]indful|[Aa]larmed|Guided|"
    r"[Dd]etermined|Appalled|[Dd]isturbed|Encouraged|Inspired|[Cc]onscious|[Dd]istressed|Dismayed|"
    r"[Cc]ommitted)\b"
    r"|The (?:[A-Z][a-z]+ )*(?:Assembly|Council|Committee|Commission|Conference),"
    "|又|还|還|并|並|再次|重申|回顾|回顧|确认|確認|认识到|認識到|深为|深為|深感|严重关切|嚴重關切|表示|欢迎|"
    "歡迎|强调|強調|铭记|銘記|注意到|考虑到|考慮到|赞赏|讚賞|赞扬|深信|关切|關切|意识到|意識到|念及|遵循|强烈|"
    "強烈|谴责|譴責|着重|感谢|期待|决心|決心|震惊|申明|忆及|憶及|承认|審議|审议|鼓励|敦促|请|呼吁"
)
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
_STOP_AT_END = re.compile(r"[.!?。！？；;，,、：:…][\"'”’）)」』】》]*$|”$")
_TABLE_ROW = re.compile(r"\|.*\||[^\t]+\t[^\t]+")
_CHINESE_PAUSE = re.compile("[，。；]")
_LONGEST_HEADING = 600
_LONGEST_FORMULA = 160


def kind_of(text: str, start: int = 0) -> ParagraphKind:
    """What kind of paragraph `text` is by its form; its label ends at `start`.

    A formula is what a record says of the meeting itself: that it opens, pauses or ends.

    >>> kind_of("General debate"), kind_of("The meeting rose at 5.55 p.m."), kind_of("(a) To go;")
    ('heading', 'formula', 'list')
    """
    if is_item(text):
        return "list"
    if _MARKDOWN_HEADING.match(text) or _AGENDA.match(text, start):
        return "heading" if len(text) < _LONGEST_HEADING else "body"
    if len(text) < _LONGEST_FORMULA and _FORMULA.match(text, start):
        return "formula"
    return "heading" if looks_like_heading(text, start) else "body"


def looks_like_heading(text: str, start: int = 0) -> bool:
    """Whether `text` is a short line that no stop ends."""
    rest = text[start:]
    if rest.isupper() and rest.isascii() and len(rest) < 100:
        return True  # CHAPTER I.
    if not rest or len(rest) > 160 or _STOP_AT_END.search(rest[-8:]) or _TABLE_ROW.match(rest):
        return False
    if rest[0].islower() or not any(char.isalpha() for char in rest):
        return False
    if any(char >= "\u3000" for char in rest):
        return len(rest) <= 45 and not _CHINESE_PAUSE.search(rest)
    return len(rest.split()) <= 20


def is_agenda_item(text: str) -> bool:
    """Whether `text` begins an agenda item's heading."""
    return _AGENDA.match(text) is not None


def is_preambular(text: str) -> bool:
    """Whether `text` begins as a paragraph of a resolution does: Recalling, 回顾."""
    return not text[:1].islower() and _OPENER.match(text) is not None


_DIVISION = re.compile(
    r"(?:Article|Section|Chapter|Part|Annex|Appendix|Rule|Regulation|Schedule|Title|Book|Attachment)"
    r"(?:\s(?:\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,7}|[A-Z]|[Oo]ne|[Tt]wo|[Tt]hree))?[.:]?"
    "|第[ 　]?[0-9〇零一二三四五六七八九十百]{1,5}[ 　]?(?:[章节節条條款编編部篇]|部分)"
    "|(?:附件|附录|附錄|附表|附图|附圖)[ 　]?"
    "(?:[0-9０-９〇零一二三四五六七八九十]{1,3}|[甲乙丙丁戊己庚辛壬癸A-ZＡ-Ｚ]|[IVX]{1,5}|[Ⅰ-Ⅻ])?[：:]?",
    re.IGNORECASE,
)


def is_division(text: str) -> bool:
    """Whether `text` is the name of a division and nothing else, as stands above its title.

    >>> is_division("Article 12"), is_division("第十二条"), is_division("Article 12 of the Charter")
    (True, True, False)
    """
    return _DIVISION.fullmatch(text.strip()) is not None


def is_formula(text: str) -> bool:
    """Whether `text` says that a meeting opens, pauses or ends."""
    return _FORMULA.match(text) is not None
