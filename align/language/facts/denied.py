"""Whether a word is denied where it stands: 不复杂 and "not very complicated" say the contrary."""

from __future__ import annotations

import re

from align.language.facts.operators import DENIAL, operators
from align.language.languages import Language

# What may stand between a denial and the word that it denies: a helping verb or how much.
_BETWEEN = {
    "zh": re.compile("[会能再够太很甚得应可必曾予作做被有是以对外内将使算更过]{0,2}"),
    "en": re.compile(
        r"(?:\s(?:an?|the|to|be|been|being|have|has|had|so|very|too|as|at|all|yet|any|that|quite|made|in|by"
        r"|[a-z]+ly))*\s",
        re.IGNORECASE,
    ),
}
# What denies a word alone, and is no operator of its own elsewhere: 是非, 非洲.
_JOINED = {
    "zh": re.compile("(?:[毫绝]不|[绝并]非|(?<![除是])非)$"),
    "en": re.compile(r"\bfar from\s$", re.IGNORECASE),
}
# What is refused or lacking is denied by a verb, which English may say by a noun: refusal of entry.
_PLAIN = re.compile(
    "[不未没无从尚并]|(?:not?|never|neither|nor|without|cannot)(?![a-z])|[a-z]*n['’]t",
    re.IGNORECASE,
)
_REACH = 40  # characters before a word: more than the longest of what may stand between


def is_denied(text: str, start: int, language: Language) -> bool:
    """Whether the word at `start` is denied by what stands before it; `text` is simplified.

    >>> from align.language.languages import CHINESE, ENGLISH
    >>> is_denied("规则并不复杂", 4, CHINESE), is_denied("规则不断增加", 4, CHINESE)
    (True, False)
    >>> is_denied("it is not so simple", 13, ENGLISH), is_denied("not only simple", 9, ENGLISH)
    (True, False)
    """
    low = max(0, start - _REACH)
    before = text[low:start]
    return bool(_JOINED[language.rules].search(before)) or any(
        one.axis == DENIAL
        and _PLAIN.match(before, one.start)
        and reaches(before, one.end, len(before), language)
        for one in operators(before, language)
    )


def reaches(text: str, end: int, start: int, language: Language) -> bool:
    """Whether a denial that ends at `end` is one of the word at `start`.

    >>> from align.language.languages import ENGLISH
    >>> reaches("not yet simple", 3, 8, ENGLISH), reaches("not that, but simple", 3, 14, ENGLISH)
    (True, False)
    """
    return end <= start and bool(_BETWEEN[language.rules].fullmatch(text, end, start))
