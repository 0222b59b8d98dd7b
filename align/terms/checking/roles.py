"""Who does what to whom: three words of a clause whose counterparts stand in the reverse order.

Both languages name the doer before the one to whom it is done. Where the words before and after an
English verb have changed places in the Chinese, and nothing turns the order round (by, 被, of, 的),
doer and done-to may have been exchanged: a trained probability by what stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from align.terms.checking.parts import Answered

_SURE = 0.4  # a counterpart that is worth comparing; how sure it is the trained weights weigh
_REACH = 9  # words between the first and the last of three
_STOP = re.compile(r"[,.;:!?，。；：！？、]")
_BE = re.compile(r"\b(?:am|is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_MODAL = re.compile(
    r"\b(?:shall|may|must|will|should|would|could|can|has|have|had|not|to)\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_EN_WORD = re.compile(r"[a-z]+")
_BETWEEN = frozenset("by of that which who whom in on for to from with as and or the".split())
_ZH_BETWEEN = frozenset("的被由受为所向对给把将让使和与及以在从是")


class Exchange(NamedTuple):
    """Three words in the reverse order of their counterparts: the spans, and what speaks for it."""

    english: tuple[int, int]
    chinese: tuple[int, int]
    features: dict[str, float]


def exchanges(zh: Answered, en: Answered) -> Iterator[Exchange]:
    """The reversed threes of a unit, the middle one being what may be a verb."""
    links = [
        (place, en.best[place], en.scores[place])
        for place in en.heavy
        if en.scores[place] > _SURE and zh.best[en.best[place]] == place
    ]
    straight = sum(a[1] < b[1] for a, b in pairwise(links)) / max(len(links) - 1, 1)
    for at in range(1, len(links) - 1):
        verb = links[at]
        for first in links[max(0, at - 2) : at]:
            for last in links[at + 1 : at + 3]:
                if last[1] >= first[1] or verb[1] < last[1] or last[0] - first[0] > _REACH:
                    continue
                found = _described(zh, en, first, verb, last)
                if found is not None:
                    found.features["roles:straight"] = straight
                    yield found


Link = tuple[int, int, float]


def _described(zh: Answered, en: Answered, first: Link, verb: Link, last: Link) -> Exchange | None:
    english = int(en.spans[first[0]][0]), int(en.spans[last[0]][1])
    chinese = int(zh.spans[last[1]][0]), int(zh.spans[max(first[1], verb[1])][1])
    if _STOP.search(en.text, *english) or _STOP.search(zh.text, *chinese):
        return None
    start, end = (int(x) for x in en.spans[verb[0]])
    word = en.text[start:end].lower()
    left = en.text[int(en.spans[first[0]][1]) : start].lower()
    right = en.text[end : int(en.spans[last[0]][0])].lower()
    # Of the Chinese, what comes before the verb's counterpart and after it.
    middle = zh.spans[verb[1]]
    final = verb[1] > first[1]  # 甲向乙提交: the verb comes last
    done = int(zh.spans[last[1]][1])
    zh_left = zh.text[done : int(zh.spans[first[1]][0] if final else middle[0])]
    doer = int(zh.spans[first[1]][1]) if final else int(middle[1])
    zh_right = zh.text[doer : int(middle[0] if final else zh.spans[first[1]][0])]
    features = {
        "roles": 1.0,
        "roles:final": float(final),
        "roles:least": min(first[2], verb[2], last[2]),
        "roles:verb": verb[2],
        "roles:words": float(last[0] - first[0] - 2) / 4,
        "roles:characters": float(chinese[1] - chinese[0]) / 10,
        "roles:passive": float(_BE.search(en.text, 0, start) is not None),
        "roles:modal": float(_MODAL.search(en.text, 0, start) is not None),
        "roles:-ed": float(word.endswith("ed")),
        "roles:-ing": float(word.endswith("ing")),
        "roles:-s": float(word.endswith("s")),
        "roles:capital": float(en.text[start].isupper()),
        "roles:names": float(en.text[english[0]].isupper())
        + float(en.text[int(en.spans[last[0]][0])].isupper()),
    }
    for name, some in (("before", left), ("after", right)):
        words = set(_EN_WORD.findall(some))
        features |= {f"roles:{name}:{one}": 1.0 for one in words & _BETWEEN}
        features[f"roles:{name}:none"] = float(not words)
    for name, some in (("before", zh_left), ("after", zh_right)):
        features |= {f"roles:zh:{name}:{one}": 1.0 for one in _ZH_BETWEEN.intersection(some)}
        features[f"roles:zh:{name}:none"] = float(not some)
    head = zh.text[max(0, chinese[0] - 1) : chinese[0]]
    tail = zh.text[chinese[1] : chinese[1] + 1]
    features |= {f"roles:zh:head:{one}": 1.0 for one in _ZH_BETWEEN.intersection(head)}
    features |= {f"roles:zh:tail:{one}": 1.0 for one in _ZH_BETWEEN.intersection(tail)}
    return Exchange(english, chinese, features)
