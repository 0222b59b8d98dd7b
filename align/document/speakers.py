"""Who begins to speak in a paragraph of a record: Mr. Khare (…) said, 主席(以英语发言)："""

from __future__ import annotations

import re

# English. A title and a name, or an office; what stands in brackets; a colon or a verb.
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prince|Princess|Sheikh|Sheikha|Archbishop|Monsignor|"
    r"Msgr|Baroness|Count|Father|Rev|Prof|Professor|(?:Lieutenant |Major )?General|Gen|Lt|Judge|"
    r"Ambassador|Mme|M)\.?"
)
_OFFICE = (
    r"[Tt]he\s(?:(?:Acting|Temporary|Deputy|First|Second)\s)?(?:(?:Vice-|Co-)?(?:President|"
    r"Chairs?|Chairman|Chairperson|Chairwoman)|(?:Under-)?Secretary-General|"
    r"Secretary(?: of the Committee)?|Rapporteur|High Commissioner|Presiding Officer|"
    r"Director-General|Special Representative|Moderator|Speaker)"
)
_SAYS = (
    r"(?:said|asked|replied|recalled|stressed|noted|announced|invited|called|drew|declared|"
    r"proposed|stated|informed|explained|expressed|thanked|welcomed|speaking|introducing|"
    r"introduced|suggested|requested|took|added|reported|read|responded|reiterated|observed|"
    r"presenting|made|remarked|wished|wondered|agreed|pointed|replying)"
)
_ASIDES = r"\s?(?:\([^()]{1,200}(?:\([^()]{0,100}\)[^()]{0,100}){0,2}\)\s?){0,2}"
_ENGLISH = re.compile(
    rf"(?P<name>{_TITLE}(?:\s[^\s():,.]{{1,40}}\.?){{1,6}}?|{_OFFICE}){_ASIDES}(?::|,?\s?{_SAYS}\b)"
)

# Chinese. A name and a title, or an office.
_TITLE_ZH = re.compile(
    "先生|女士|夫人|小姐|博士|大使|阁下|閣下|爵士|公主|亲王|親王|殿下|教授|将军|將軍|法官|主教|蒙席|议员|議員|"
    "部长|部長|总统|總統|总理|總理|国务秘书|上校|中将|少将"
)
_NAME_ZH = re.compile(
    r"(?!我|请|請|现在|現在|下面|感谢|感謝|由|对|對|向|和|与|與|该|該|这|這|那|各位|尊敬|欢迎|歡迎|女士们|女士們)"
    r"[^\s，。：:；！？()（）“”《》、]{1,24}(?:[ ·-][^\s，。：:；！？()（）“”《》、]{1,24}){0,4}"
)
_ASIDES_ZH = (
    r"(?:\s?[(（][^()（）]{1,200}(?:[(（][^()（）]{0,100}[)）][^()（）]{0,100}){0,2}[)）]){0,2}\s?"
)
_SAYS_ZH = (
    "(?:说|說|发言|發言|问|問|答复|答覆|表示|指出|介绍|介紹|宣布|提议|提議|要求|请|請|回顾|回顧|提请|提請|"
    "邀请|邀請|忆及|感谢|感謝)"
)
_SAYING_ZH = re.compile(rf"{_ASIDES_ZH}(?:[^。！？：:\n]{{0,150}}?{_SAYS_ZH}|[：:])")
_OFFICE_ZH = re.compile(
    "(?P<office>代理?主席|临时主席|臨時主席|副主席|共同主席|主席|副?秘书长|秘書長|报告员|報告員|高级专员|总干事|"
    rf"委员会秘书|主持人|议长){_ASIDES_ZH}(?:[：:]|{_SAYS_ZH}|代表)"
)
_TITLE_WITHIN = 60  # characters from the head of the paragraph


def speaker_of(text: str, start: int = 0) -> str | None:
    """Who begins to speak in a paragraph whose label ends at `start`, as written there.

    >>> speaker_of("Mr. Khare (Under-Secretary-General for Operational Support) said that")
    'Mr. Khare'
    >>> speaker_of("哈雷先生(主管业务支助事务副秘书长)说，")
    '哈雷先生'
    """
    head = text[start : start + 500]
    match = _ENGLISH.match(head)
    if match:
        return match["name"]
    return None if head.isascii() else _chinese_speaker(head)


def _chinese_speaker(head: str) -> str | None:
    office = _OFFICE_ZH.match(head)
    if office:
        return office["office"]
    title = _TITLE_ZH.search(head, 1, _TITLE_WITHIN)
    if not title or not _NAME_ZH.fullmatch(head[: title.start()].rstrip()):
        return None
    return head[: title.end()] if _SAYING_ZH.match(head, title.end()) else None
