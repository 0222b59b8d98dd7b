"""Does a text deny something? Evidence from all its words, learned from pairs of texts.

A negation has no closed list of words (无法, 免于, 禁止; unable, fail to, refrain, -less). Two models
read each side by itself: how likely is it that the other side denies, by the words of this one.
Their weights are trained on translated sentences (``scripts/train_check``): 不断 and "not only" got
none, 无法 and "unable" much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

Span = tuple[int, int]

_EN_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis", "mis", "de")
_LONGEST = 4  # characters of a Chinese feature
# What denies wherever it stands; the models learn what else does.
ZH_PLAIN = re.compile(r"[不没沒未无無非勿莫]")
EN_PLAIN = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nothing|nobody|nowhere|cannot|without)\b|n['’]t\b",
    re.IGNORECASE,
)


# Two negations that affirm; they are read as none.
_ZH_TWICE = re.compile(
    r"并非[没不]|并不是[没不]|不是[没不]|不无(?=[^妥当])|不[能会得可]不|无不|莫不|没有不|未尝不|无非|无时无刻不|"
    r"不是(?=[^。？！]{1,20}吗)|不可不|不应不|不免|不能不|不会不|不由不|不得不|非[^，。；]{1,8}不可|无一不|不[得应会能可宜]?(?:超过|少于|多于|迟于|晚于|早于|低于|高于|小于|大于)|莫非|没有[^，。；]{1,6}不"
)
_EN_TWICE = re.compile(
    r"\b(?:cannot|can ?not|can['’]t|could not|couldn['’]t)(?: help)? but\b|"
    r"\b(?:can|could)(?:not|n['’]t| not) help\b|"
    r"\bnot (?:without|un(?!i|der|til)\w+|never|no|im(?:possible|probable)|"
    r"in(?:considerable|frequent|significant|sensitive|appropriate)\w*)\b|"
    r"\bnever fails? to\b|\b(?:does|do|did) not fail to\b|"
    r"\b(?:not?|never) (?:to )?exceed\w*|\bnot? (?:more|less|fewer|later|earlier|longer) than\b|"
    r"\bwhy not(?=\?)|"
    r"\bno (?:doubt|\w+ (?:but|without))\b|\bnothing (?:but|short of)\b|\bnone other than\b",
    re.IGNORECASE,
)
# A negated verb. What begins like one but says something else is stepped over first.
ZH_DENIED = re.compile(
    r"(?P<word>不得不|不能不|不会不|不可[避或分逆持侵剥估替缺否胜思抗移预或磨]|不能否认|不仅|不只|"
    r"不但|没有什么比|不是为了|"
    r"不无|不能再|不得而知|不会说|(?P<asked>[可能会是要应该愿肯])不(?P=asked)|不要紧|免不了|少不了|"
    r"大不了|不了[了解]|如果不|若不|除非|如不|"
    r"只要不|否则)"
    r"|(?P<not>没有|并不|并非|不应|不能|不会|不得|不可|不必|不是|不包括|不再|尚未|从未|未能|从不|"
    r"不愿|不准|不许|"
    r"不要|不允许|绝不|决不|不需要|不支持|不接受|不同意|不存在|不属于|不符合|不适用|不承认|(?:代替|取代|离开|改变|阻止|解决|避免)不了)"
)
EN_DENIED = re.compile(
    r"\b(?P<word>not only|not just|not merely|not least|if not|whether or not|why not|not until)\b"
    r"|\b(?P<not>not|cannot|never|nor|no longer|[a-z]+n['’]t)\b",
    re.IGNORECASE,
)
# Anything that may answer for a negation.
ZH_ANY = re.compile(
    r"不(?![断仅过管论但久少])|未(?!来)|非(?![洲常])|无(?!人机|论)|"
    r"[没否勿莫免难拒禁缺失绝毫弗岂哪除避戒]|"
    r"(?<![性特区级个类分差识辨告派])别|(?<![至减])少|反(?![映应馈复思])|止|停|何[必尝况]|才|"
    r"限于|至多|最多|以内|为限|[有仍尚亟]待"
)
EN_ANY = re.compile(
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


class Feature(NamedTuple):
    """A feature of a text and where it stands."""

    name: str
    start: int
    end: int


def zh_features(text: str) -> Iterator[Feature]:
    """The runs of one to four Chinese characters of a text."""
    for start in range(len(text)):
        if not "\u4e00" <= text[start] <= "\u9fff":
            continue
        for end in range(start + 1, min(len(text), start + _LONGEST) + 1):
            if not "\u4e00" <= text[end - 1] <= "\u9fff":
                break
            yield Feature(text[start:end], start, end)


def _known(text: str, weights: Mapping[str, float]) -> Iterator[tuple[str, int, int]]:
    """The features of a Chinese text that have a weight: `zh_features`, but for what has none."""
    for size in range(1, _LONGEST + 1):
        for start in range(len(text) - size + 1):
            name = text[start : start + size]
            if name in weights:
                yield name, start, start + size


def en_features(text: str) -> Iterator[Feature]:
    """The words of a text, each two that stand together, and their negative prefix or ending."""
    before = ""
    for match in _EN_WORD.finditer(text):
        word = match.group().lower().replace("’", "'")
        if word.endswith("n't"):
            yield Feature("n't", *match.span())
        yield Feature(word, *match.span())
        if before:
            yield Feature(f"{before} {word}", *match.span())
        if len(word) > 5:
            for prefix in _PREFIXES:
                if word.startswith(prefix):
                    yield Feature(f"{prefix}-", *match.span())
            if word.endswith(("less", "lessly", "lessness")):
                yield Feature("-less", *match.span())
        before = word


class Polarity(NamedTuple):
    """Whether a text denies: the odds that its translation does, and the word that says so most."""

    odds: float  # natural logarithm
    plain: int  # words that always deny
    strongest: Span | None
    denied: Span | None  # a verb that is clearly negated
    may: bool  # whether any word or part of one may answer for a negation


def without_twice(text: str, *, chinese: bool) -> str:
    """A text with what denies twice, and so affirms, blanked out; places stay."""
    pattern = _ZH_TWICE if chinese else _EN_TWICE
    return pattern.sub(lambda match: " " * len(match.group()), text)


def polarity(text: str, *, chinese: bool, weights: Mapping[str, float]) -> Polarity:
    """How much a text denies, by the `weights` of its language's features."""
    text = without_twice(text, chinese=chinese)
    odds, best = weights.get("", 0.0), 0.5
    span: Span | None = None
    seen: set[str] = set()
    for name, start, end in _known(text, weights) if chinese else en_features(text):
        weight = weights.get(name)
        if weight is None or name in seen:
            continue
        seen.add(name)
        odds += weight
        if weight > best:
            best, span = weight, (start, end)
    plain = len((ZH_PLAIN if chinese else EN_PLAIN).findall(text))
    pattern, answering = (ZH_DENIED, ZH_ANY) if chinese else (EN_DENIED, EN_ANY)
    denied = next((m.span() for m in pattern.finditer(text) if m.lastgroup == "not"), None)
    return Polarity(odds, plain, denied or span, denied, answering.search(text) is not None)


def evidence(zh: Polarity, en: Polarity) -> dict[str, float]:
    """What speaks for a negation that only one side has, as features of the trained probability."""
    ours, theirs = _share(zh.odds), _share(en.odds)
    return {
        "negation:lost": ours * (1 - theirs),
        "negation:gained": (1 - ours) * theirs,
        "negation:lost,none": ours * (en.plain == 0),
        "negation:gained,some": (1 - ours) * (en.plain > 0),
        "negation:gained,none": theirs * (zh.plain == 0),
        "negation:lost,some": (1 - theirs) * (zh.plain > 0),
        "negation:none,some": float((zh.plain == 0) != (en.plain == 0)),
        "negation:counts": abs(min(zh.plain, 4) - min(en.plain, 4)) / 2,
        "negation:odds": min(abs(zh.odds - en.odds), 12.0) / 4,
        "negation:many": math.log1p(zh.plain + en.plain),
        "negation:denied, nothing answers": float(
            bool(zh.denied and not en.may) or bool(en.denied and not zh.may)
        ),
        "negation:denied, something answers": float(
            bool(zh.denied and en.may and not en.plain)
            or bool(en.denied and zh.may and not zh.plain)
        ),
        "negation:both denied": float(bool(zh.denied and en.denied)),
        "negation:nothing answers": float(
            bool(zh.plain and not en.may) or bool(en.plain and not zh.may)
        ),
    }


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
