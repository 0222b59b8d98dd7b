"""Language codes as files carry them: odd spellings made BCP 47, and which answers a request."""

from __future__ import annotations

import re
from functools import lru_cache

_ALIASES = {"cmn": "zh", "zho": "zh", "chi": "zh", "eng": "en"}
_WINDOWS = {"chs": "Hans", "cht": "Hant"}
_CHINESE = {"CN": "Hans", "SG": "Hans", "MY": "Hans", "TW": "Hant", "HK": "Hant", "MO": "Hant"}
# RFC 5646, section 2.1, without the irregular tags of old.
_BCP47 = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_well_formed(code: str) -> bool:
    """Whether `code` has the form of a BCP 47 language tag.

    >>> is_well_formed("zh-Hans-CN"), is_well_formed("zh_CN"), is_well_formed("Chinese (PRC)")
    (True, False, False)
    """
    return _BCP47.fullmatch(code) is not None


@lru_cache(maxsize=4096)
def normalise(code: str) -> str:
    """`code` as BCP 47 writes it; one name for Mandarin and English. Nonsense stays as it is.

    >>> [normalise(code) for code in ("ZH", "zh_CN", "zh-hans", "EN-GB", "cmn", "zh-CHT")]
    ['zh', 'zh-CN', 'zh-Hans', 'en-GB', 'zh', 'zh-Hant']
    """
    first, *rest = re.split("[-_]", code.strip())
    primary = _ALIASES.get(first.lower(), first.lower())
    parts = [primary]
    for index, part in enumerate(rest):
        if index == 0 and part.lower() in _ALIASES:
            continue  # zh-cmn-Hans
        if len(parts[-1]) == 1:  # what follows x- or u- has a meaning of its own
            parts.append(part.lower())
        elif part.lower() in _WINDOWS:
            parts.append(_WINDOWS[part.lower()])
        elif len(part) == 4 and part.isalpha():
            parts.append(part.title())
        elif len(part) == 2:
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return "-".join(parts)


def primary(code: str) -> str:
    """The language itself, without script and region.

    >>> primary("zh_TW")
    'zh'
    """
    return normalise(code).split("-")[0]


def script(code: str) -> str | None:
    """The script that a code names, or that its region implies for Chinese.

    >>> script("zh-TW"), script("zh"), script("en-GB")
    ('Hant', None, None)
    """
    parts = normalise(code).split("-")
    for part in parts[1:]:
        if len(part) == 4 and part.isalpha():
            return part
    if parts[0] == "zh":
        return next((_CHINESE[part] for part in parts[1:] if part in _CHINESE), None)
    return None


@lru_cache(maxsize=4096)
def fitness(requested: str, offered: str) -> int:
    """How well a text in `offered` answers a request for `requested`: 3 exactly, 0 not at all.

    Another region will do, another script will not: who asks for zh-CN is not given zh-TW.

    >>> [fitness("zh-CN", code) for code in ("ZH_cn", "zh", "zh-SG", "zh-TW", "en")]
    [3, 2, 1, 0, 0]
    """
    wanted, given = normalise(requested), normalise(offered)
    if wanted == given:
        return 3
    if primary(wanted) != primary(given):
        return 0
    scripts = {script(wanted), script(given)} - {None}
    if len(scripts) > 1:
        return 0
    return 2 if wanted.startswith(given + "-") or given.startswith(wanted + "-") else 1
