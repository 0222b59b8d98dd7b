"""Did a sentence gain or lose its "not"?

Only clear cases are reported: a verb negated on one side, and on the other no word at all, nor part
of a word, that could carry the negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from align.datatypes import Finding, TranslationUnit
from align.language.folding import simplify
from align.language.tags import is_chinese
from align.terms.rules import finding

# A negated verb. What begins like one but says something else is stepped over first.
_ZH_NOT = re.compile(
    r"(?P<word>不得不|不能不|不会不|不可[避或分逆持侵剥估替缺否胜思抗移预或磨]|不能否认|不仅|不只|"
    r"不但|没有什么比|不是为了|"
    r"不无|不能再|不得而知|不会说|(?P<asked>[可能会是要应该愿肯])不(?P=asked)|不要紧|免不了|少不了|"
    r"大不了|不了[了解]|如果不|若不|除非|如不|"
    r"只要不|否则)"
    r"|(?P<not>没有|并不|并非|不应|不能|不会|不得|不可|不必|不是|不包括|不再|尚未|从未|未能|从不|"
    r"不愿|不准|不许|"
    r"不要|不允许|绝不|决不|不需要|不支持|不接受|不同意|不存在|不属于|不符合|不适用|不承认|(?:代替|取代|离开|改变|阻止|解决|避免)不了)"
)
_EN_NOT = re.compile(
    r"\b(?P<word>not only|not just|not merely|not least|if not|whether or not|why not|not until)\b"
    r"|\b(?P<not>not|cannot|never|nor|no longer|[a-z]+n['’]t)\b",
    re.IGNORECASE,
)
# Anything that may answer for a negation.
_ZH_ANY = re.compile(
    r"不(?![断仅过管论但久少])|未(?!来)|非(?![洲常])|无(?!人机|论)|"
    r"[没否勿莫免难拒禁缺失绝毫弗岂哪除避戒]|"
    r"(?<![性特区级个类分差识辨告派])别|(?<![至减])少|反(?![映应馈复思])|止|停|何[必尝况]|才|"
    r"限于|至多|最多|以内|为限|[有仍尚亟]待"
)
_EN_ANY = re.compile(
    r"\b(?:not|no|none|nothing|nobody|nowhere|never|nor|neither|cannot|[a-z]+n['’]t|without|unless|"
    r"until|only|lack\w*|fail\w*|absen\w*|refus\w*|den(?:y|ied|ies|ying|ial)\w*|reject\w*|"
    r"prevent\w*|"
    r"avoid\w*|prohibit\w*|forbid\w*|forbad\w*|ban(?:s|ned)?|hardly|scarcely|barely|rarely|seldom|"
    r"little|"
    r"few|fewer|less|least|far from|too|rather than|instead|exclud\w*|except\w*|ceas\w*|stop\w*|"
    r"beyond|yet|"
    r"oppos\w*|contrary|otherwise|neglect\w*|miss(?:es|ed|ing)?|free (?:of|from)|zero|against|"
    r"doubt\w*|"
    r"difficult to|objection\w*|declin\w*|abstain\w*|halt\w*|falls? short|gaps?|loss|lost|"
    r"exempt\w*|"
    r"refrain\w*|forgo\w*|withh[eo]ld\w*|exhaust\w*|out of|r[au]n out|still|short of|spar(?:e|ed|ing)|"
    r"ignor\w*|remain\w* to be|pending|unable|anything but|by no means|any(?:one|thing)? but|"
    r"un(?!i|der|til)\w+|"
    r"in(?:ability|accessib|accura|action|active|adequa|admissib|alienab|animate|appropriate|"
    r"capab|coherent|"
    r"compatib|complete|conclusive|consisten|correct|curabl|decisi|definite|dependen|different|"
    r"dispensab|"
    r"distinguish|effective|efficien|eligib|equal|equit|evitab|excusab|experienc|flexib|formal|"
    r"frequent|"
    r"human|justic|operab|secur|sensitiv|separab|significan|sufficien|toleran|transigen|valid|"
    r"visib|"
    r"voluntar)\w*|"
    r"im(?:balanc|material|matur|mobil|partial|passab|perfect|permissib|possib|practica|proper|"
    r"prudent|"
    r"punit)\w*|"
    r"il(?:legal|legitima|licit|literat|logical)\w*|ir(?:regular|relevan|replaceab|responsib|"
    r"reversib)\w*|"
    r"dis(?:ab|advantag|agree|allow|appear|approv|armament|belie|connect|continu|crimina|honest|"
    r"honou?r|"
    r"interest|like|miss|obe|order|place|prov|pute|qualif|regard|respect|satisf|trust)\w*|"
    r"mis(?!s|t)[a-z]{3,}|non-?[a-z]{3,}|[a-z]{3,}less(?:ly|ness)?)\b",
    re.IGNORECASE,
)


def check_negation(
    units: Sequence[TranslationUnit], *, lowest_confidence: float = 0.5
) -> Iterator[Finding]:
    """A warning for each unit in which only one side denies."""
    for place, unit in enumerate(units):
        zh_source = is_chinese(unit.source_lang)
        zh, en = (unit.source, unit.target) if zh_source else (unit.target, unit.source)
        if not zh or not en:
            continue
        if unit.confidence is not None and unit.confidence < lowest_confidence:
            continue
        plain = simplify(zh)
        in_zh, in_en = _first(_ZH_NOT, plain), _first(_EN_NOT, en)
        if in_zh and not _EN_ANY.search(en):
            yield _finding(place, unit, zh[in_zh[0] : in_zh[1]], in_zh, from_source=zh_source)
        elif in_en and not _ZH_ANY.search(plain):
            yield _finding(place, unit, en[in_en[0] : in_en[1]], in_en, from_source=not zh_source)


def _first(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    return next((m.span() for m in pattern.finditer(text) if m.lastgroup == "not"), None)


def _finding(
    place: int, unit: TranslationUnit, word: str, span: tuple[int, int], *, from_source: bool
) -> Finding:
    return finding(
        "negation-mismatch",
        "omitted" if from_source else "added",
        place,
        unit,
        source=word if from_source else None,
        found=None if from_source else word,
        source_spans=(span,) if from_source else (),
        target_spans=() if from_source else (span,),
    )
