"""Words that point at a name that was said before, one table a language: it, 其, the Committee."""

from __future__ import annotations

import re
from dataclasses import dataclass

from align.language.languages import Language


@dataclass(frozen=True, slots=True)
class Pointers:
    """What a language points with.

    `pronoun`: words in a name's place. `ours`: "her delegation", for a country. `stand_in`: a whole
    rendering that is nothing but pointing. `short`: a word after an article, which may be the last
    of a name's (group 1); None where short forms are made of a name's characters.
    """

    pronoun: re.Pattern[str]
    ours: re.Pattern[str]
    stand_in: re.Pattern[str]
    short: re.Pattern[str] | None


_ENGLISH = Pointers(
    re.compile(
        r"\b(?:it|its|itself|they|them|their|theirs|he|she|his|her|this|these|those|"
        r"the (?:former|latter|same))\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Mm]y|[Ii]ts) (?:country|delegation|[Gg]overnment|"
        r"nation|people)"
    ),
    re.compile(
        r"(?:(?:it|its|they|their|them|that|those|this|these|his|her|she|he|our|my|the|said|"
        r"also)\b ?)*"
        r"(?:country|countries|delegations?|[Gg]overnments?|nation|people|organizations?|group)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:[Tt]he|[Tt]h(?:at|is|ese|ose)|[Tt]heir|[Ii]ts|[Ss]uch) (?:same |said )?(\w+)"
    ),
)
_CHINESE = Pointers(
    re.compile(r"其(?![他中次余实])|[他她它]们?|这|该|此(?!外)|上述|前者|后者"),
    re.compile(r"[我本该其](?:们)?(?:国|代表团|国政府)"),
    re.compile(r"[其他她它们这该此上述本我的]+(?:国|国家|代表团|政府|组织|集团|机构)?"),
    None,
)


def pointers(language: Language) -> Pointers:
    """The table of a language."""
    return _CHINESE if language.is_chinese else _ENGLISH
