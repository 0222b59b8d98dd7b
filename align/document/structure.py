"""What the form of a paragraph tells: its number, its kind, who speaks, which symbols it names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from align.datatypes import ParagraphKind
from align.language.scripts import HAN

# Symbols of United Nations documents: A/C.4/78/SR.12, S/RES/2538(2020), S/PV.9024 (Resumption 1).
SYMBOL = re.compile(
    r"(?<![A-Za-z0-9/])(?:A|E|S|T|ST|CD|CEDAW|CERD|CCPR|CAT|CRC|CRPD|CMW|CED|DP|FCCC|HSP|IDB|JIU|LC|"
    r"NPT|BWC|APLC|CCM|CTOC|CAC|UNEP|UNCTAD|TD|TRADE|ECE|ESCAP|ECA|ICCD|CBD|UNW|SAICM|ICC|H|HRI|OEWG|"
    r"PBC|SPLOS|ISBA|WFP|AC|GC|UNODC|E/CN|A/HRC)"
    r"(?:/(?:Add|Rev|Corr|Amend|[A-Z]{1,8}\d{0,3}(?![a-z])|\d{1,4})(?:\.[A-Z]?\d{1,4})?){1,7}"
    r"(?:\s?\((?:\d{4}|Resumption\s?\d*|Vol\.\s?[IVX\d]+|Part\s?[IVX\d]+|Vol\.[IVX]+)\))?"
    r"(?:/(?:Add|Rev|Corr|Amend)\.\d{1,3}){0,2}\*?"
)
# "S/12" is no symbol by itself but "A/75/1" and "S/2020/945" are: a digit after two parts, or a dot.
_LOOKS_REAL = re.compile(r".*(?:/.*[/.]\d|/\d{4}/\d|\.\d)")

_CHINESE_NUMERAL = "一二三四五六七八九十百零〇两兩"
_LABEL = re.compile(
    rf"""
    (?P<resolution>\d{{1,3}}/\d{{1,4}})[.．]\s+
  | (?P<section>[1-9]\d?(?:\.[1-9]\d?){{1,4}})(?:\.?[ \u3000\t]+)(?=[A-Z{HAN}])(?![万萬亿億千百美欧歐%])
  | (?P<number>\d{{1,3}})(?:[.．、](?!\d)|[)）](?!\d)|\.(?=[{HAN}]))\s*
  | (?P<wide>[０-９]{{1,3}})[.．、）)]\s*
  | [(（]\s?(?P<inner>[a-zA-Z]|[ivxlcdm]{{1,6}}|[IVXLC]{{1,5}}|\d{{1,3}}|[a-z]{{2}}|[{_CHINESE_NUMERAL}]{{1,4}})\s?[)）]\s*
  | (?P<letter>[a-z])[)）]\s+
  | (?P<han>[{_CHINESE_NUMERAL}]{{1,4}})[、．]\s*
  | 第(?P<part>[{_CHINESE_NUMERAL}\d]{{1,6}})[章节節条條款部编編篇回](?=[\s\u3000]|$|[{HAN}])\s*
  | (?P<roman>[IVXLC]{{1,6}})\.[ \u3000\t]+(?=[A-Z{HAN}])
  | (?P<capital>[A-H])\.[ \u3000\t]+(?=[A-Z{HAN}])
  | (?P<circled>[①-⑳])\s*
  | (?P<bullet>[•●○■▪◆◦∙]\s*|[-*+–]\s+)
    """,
    re.VERBOSE,
)
_WORD_LABEL = re.compile(
    r"(?:Article|Chapter|Section|Part|Annex|Appendix|Rule|Regulation|Principle|Goal|Target)"
    r"\s+(?P<n>\d{1,3}|[IVXLC]{1,6}|[A-Z])\b\.?\s*"
)
_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
}

_TITLE_EN = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prince|Princess|Sheikh|Sheikha|Archbishop|Monsignor|Msgr|"
    r"Baroness|Count|Father|Rev|Prof|Professor|General|Gen|Lt|Lieutenant General|Major General|Judge|"
    r"Ambassador|Mme|M)\.?"
)
_OFFICE_EN = (
    r"(?:The|the)\s(?:(?:Acting|Temporary|Deputy|Vice-|Co-|First|Second)\s?)?(?:President|Chair|Chairman|"
    r"Chairperson|Chairwoman|Vice-Chair|Vice-President|Co-Chair|Co-Chairs|Secretary-General|"
    r"Secretary of the Committee|Secretary|Rapporteur|Under-Secretary-General|High Commissioner|"
    r"Presiding Officer|Director-General|Special Representative|Moderator|Speaker)"
)
_SAYS_EN = (
    r"(?:said|asked|replied|recalled|stressed|noted|announced|invited|called|drew|declared|proposed|"
    r"stated|informed|explained|expressed|thanked|welcomed|speaking|introducing|introduced|suggested|"
    r"requested|took|took note|added|reported|read|responded|reiterated|observed|presenting|made|remarked|"
    r"wished|wondered|agreed|pointed|replying|, )"
)
_SPEAKER_EN = re.compile(
    rf"(?P<name>{_TITLE_EN}(?:\s[^\s():,.]{{1,40}}\.?){{1,6}}?)"
    r"\s?(?:\([^()]{1,200}(?:\([^()]{0,100}\)[^()]{0,100}){0,2}\)\s?){0,2}"
    rf"(?::|,?\s?{_SAYS_EN}\b)"
    rf"|(?P<office>{_OFFICE_EN})\s?(?:\([^()]{{1,200}}\)\s?){{0,2}}(?::|,?\s?{_SAYS_EN}\b)"
)
_TITLE_ZH = (
    "(?:先生|女士|夫人|小姐|博士|大使|阁下|閣下|爵士|公主|亲王|親王|殿下|教授|将军|將軍|法官|主教|蒙席|议员|議員|"
    "部长|部長|总统|總統|总理|總理|国务秘书|上校|中将|少将)"
)
_OFFICE_ZH = (
    "(?:代理?主席|临时主席|臨時主席|副主席|共同主席|主席|秘书长|秘書長|报告员|報告員|副秘书长|高级专员|总干事|"
    "委员会秘书|主持人|议长)"
)
_ASIDE_ZH = r"(?:\s?[(（][^()（）]{1,200}(?:[(（][^()（）]{0,100}[)）][^()（）]{0,100}){0,2}[)）])"
_SAYS_ZH = "(?:说|說|发言|發言|问|問|答复|答覆|表示|指出|介绍|介紹|宣布|提议|提議|要求|请|請|回顾|回顧|提请|提請|邀请|邀請|忆及|感谢|感謝)"
_NAME_ZH = re.compile(
    rf"[^\s，。：:；！？()（）“”《》、]{{1,24}}?(?:[ ·-][^\s，。：:；！？()（）“”《》、]{{1,24}}){{0,4}}"
)
_NAMED_ZH = re.compile(_TITLE_ZH)
_AFTER_NAME_ZH = re.compile(rf"{_ASIDE_ZH}{{0,2}}\s?(?:[^。！？：:\n]{{0,150}}?{_SAYS_ZH}|[：:])")
_SPEAKING_OFFICE_ZH = re.compile(
    rf"(?P<office>{_OFFICE_ZH}){_ASIDE_ZH}{{0,2}}\s?(?:[：:]|{_SAYS_ZH}|代表)"
)
_FORMULA = re.compile(
    r"The (?:meeting|session) (?:was (?:called to order|suspended|resumed|adjourned|opened|closed)|rose|resumed|opened|closed)\b"
    r"|(?:下午|上午|中午|晚上|凌晨|午夜|会议|會議)[^。]{0,40}(?:宣布开会|宣布開會|开会|開會|散会|散會|休会|休會|复会|復會|会议暂停|會議暫停)"
)
_AGENDA = re.compile(
    r"(?:Agenda|Provisional agenda)\s[Ii]tems?\s\d+|(?:临时)?(?:议程|議程)(?:项目|項目)\s?\d+"
    r"|Item\s\d+\s(?:of the|\()"
)
# The words with which the paragraphs of a resolution begin.
_OPENER = re.compile(
    r"(?:(?:Also|Further|Deeply|Gravely|Seriously|Strongly|Fully|Firmly|Profoundly|Particularly|Keenly|"
    r"Again|Solemnly|Once again)\s)?"
    r"(?:[A-Z]?[a-z]+ing|concerned|Concerned|Convinced|convinced|Aware|aware|Mindful|mindful|Alarmed|alarmed|"
    r"Guided|Determined|determined|Appalled|Disturbed|disturbed|Encouraged|Inspired|Conscious|conscious|"
    r"Distressed|distressed|Dismayed|committed|Committed|Having)\b"
    r"|(?:又|还|還|并|並|再次|重申|回顾|回顧|确认|確認|认识到|認識到|深为|深為|深感|严重关切|嚴重關切|表示|欢迎|歡迎|"
    r"强调|強調|铭记|銘記|注意到|考虑到|考慮到|赞赏|讚賞|赞扬|深信|关切|關切|意识到|意識到|念及|遵循|强烈|強烈|"
    r"谴责|譴責|着重|着重指出|感谢|期待|决心|決心|震惊|申明|忆及|憶及|承认|審議|审议|鼓励|敦促|请|呼吁)"
)
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
_STOP_AT_END = re.compile(r"[.!?。！？；;，,、：:…][\"'”’）)」』】》]*$|[.!?。！？…”]$")
_TABLE_ROW = re.compile(r"\|.*\||[^\t]+\t[^\t]+")


_LABEL_STARTS = frozenset(
    "0123456789０１２３４５６７８９(（第•●○■▪◆◦∙-*+–" + _CHINESE_NUMERAL + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
)


def _can_be_label(text: str) -> bool:
    """A cheap first look: nearly all lines begin with something that no label begins with."""
    first = text[:1]
    return first in _LABEL_STARTS or (
        first.isascii() and first.isalpha() and ("." in text[1:8] or ")" in text[1:3])
    )


def label_of(text: str) -> tuple[str | None, int]:
    """The normalised number at the head of a paragraph and where its text begins.

    >>> label_of("32.更好的培训")
    ('32', 3)
    >>> label_of("（一）总则"), label_of("(a) To review")
    (('1', 3), ('a', 4))
    >>> label_of("3.5 million people")
    (None, 0)
    """
    match = _LABEL.match(text) if _can_be_label(text) else None
    if not match:
        word = _WORD_LABEL.match(text) if text[:1] in "ACSPRGT" else None
        return (word["n"], word.end()) if word else (None, 0)
    name = match.lastgroup
    if name is None or name == "bullet":
        return None, match.end()
    return normalised(match[name]), match.end()


def normalised(label: str) -> str:
    """A label in one form for both languages: digits for Chinese, full-width and circled numbers.

    >>> normalised("十二"), normalised("１２"), normalised("④"), normalised("iv")
    ('12', '12', '4', 'iv')
    """
    if label[0] in _DIGITS or label[0] in "十百":
        return str(chinese_number(label))
    if "①" <= label <= "⑳":
        return str(ord(label) - ord("①") + 1)
    if label.isdigit():
        return str(int(label))
    return label


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral below a thousand, or of digits written one by one.

    >>> chinese_number("一百二十三"), chinese_number("二〇")
    (123, 20)
    """
    if not any(char in "十百" for char in text):
        return int("".join(str(_DIGITS.get(char, char)) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS.get(char, 0)
    return total + digit


def is_bullet(text: str) -> bool:
    """Whether `text` begins with a bullet or a dash of a list."""
    return text[:1] in "•●○■▪◆◦∙-*+–" and _LABEL.match(text) is not None


def is_sublabel(text: str) -> bool:
    """Whether the label of `text` is one of an item below a numbered paragraph: (a), （一）, •."""
    match = _LABEL.match(text) if _can_be_label(text) else None
    return match is not None and match.lastgroup in ("inner", "letter", "circled", "bullet")


def speaker_of(text: str, start: int = 0) -> str | None:
    """Who begins to speak in a paragraph, as written there.

    >>> speaker_of("Mr. Khare (Under-Secretary-General for Operational Support) said that")
    'Mr. Khare'
    >>> speaker_of("哈雷先生(主管业务支助事务副秘书长)说，")
    '哈雷先生'
    """
    head = text[start : start + 500]
    match = _SPEAKER_EN.match(head)
    if match:
        return (match["name"] or match["office"]).strip(" ,")
    return None if head.isascii() else _chinese_speaker(head)


def _chinese_speaker(head: str) -> str | None:
    office = _SPEAKING_OFFICE_ZH.match(head)
    if office:
        return office["office"]
    title = _NAMED_ZH.search(head, 1, 60)
    if not title or not _NAME_ZH.fullmatch(head[: title.start()].rstrip()):
        return None
    return head[: title.end()] if _AFTER_NAME_ZH.match(head, title.end()) else None


def kind_of(text: str, start: int = 0) -> ParagraphKind:
    """What kind of paragraph `text` is by its form; its label ends at `start`."""
    if is_sublabel(text):
        return "list"
    if _MARKDOWN_HEADING.match(text) or _AGENDA.match(text, start):
        return "heading" if len(text) < 600 else "body"
    if _FORMULA.match(text, start) and len(text) < 160:
        return "formula"
    return "heading" if looks_like_heading(text, start) else "body"


def looks_like_heading(text: str, start: int = 0) -> bool:
    """Whether `text` is a short line that no stop ends."""
    rest = text[start:]
    if not rest or len(rest) > 160 or _STOP_AT_END.search(rest[-8:]) or _TABLE_ROW.match(rest):
        return False
    if rest[0].islower() or not any(char.isalpha() for char in rest):
        return False
    wide = sum(char >= "\u3000" for char in rest)
    return len(rest) <= 45 and not re.search("[，。；]", rest) if wide else len(rest.split()) <= 20


def is_agenda_item(text: str) -> bool:
    """Whether `text` begins an agenda item's heading."""
    return _AGENDA.match(text) is not None


def is_preambular(text: str) -> bool:
    """Whether `text` begins as a paragraph of a resolution does: Recalling, Deeply concerned, 回顾."""
    return _OPENER.match(text) is not None


def is_formula(text: str) -> bool:
    """Whether `text` says that a meeting opens, pauses or ends."""
    return _FORMULA.match(text) is not None


def find_symbols(text: str) -> list[tuple[int, int]]:
    """Where `text` names documents: spans of symbols such as A/C.4/78/SR.12."""
    return [
        match.span()
        for match in SYMBOL.finditer(text)
        if "/" in text and _LOOKS_REAL.match(match[0])
    ]


def document_symbol(lines: Iterable[str]) -> str | None:
    """The document's own symbol: one that stands alone, or ends or begins a line, at its head.

    >>> document_symbol(["United Nations", "A/C.4/78/SR.12", "General Assembly"])
    'A/C.4/78/SR.12'
    """
    for _, line in zip(range(30), (line for line in lines if line), strict=False):
        for start, end in find_symbols(line[:300]):
            before, after = line[:start].strip(), line[end:].strip()
            alone = not before or not after
            short = len(before) + len(after) < 60 and not re.search("[，。,;.]$", line)
            if alone and short and not before.endswith(("(", "（")):
                return re.sub(r"\s", "", line[start:end]).rstrip("*")
    return None
