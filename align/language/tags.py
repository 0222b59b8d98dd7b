"""Language tags: every spelling that files and people use made one, and what a tag says.

Tags are BCP 47 (RFC 5646). `language_tag` is asked once, by the constructors of whatever holds a
tag; everybody after them may compare tags as they are, and asks here which language, script or
region one means. No other module takes a tag apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from align.errors import InputError

Script = Literal["Hans", "Hant"]

# ISO 639-2 and 639-3 codes, and Windows' three letters, of the languages that this tool knows.
_ALIASES = {
    **dict.fromkeys(("cmn", "zho", "chi"), "zh"),
    **dict.fromkeys(("zhs", "chs"), "zh-Hans"),
    **dict.fromkeys(("zht", "cht"), "zh-Hant"),
    "eng": "en",
    "enu": "en-US",
}
# What stands after the language in tags of Windows, of old and by habit, for what BCP 47 has.
_PARTS = {
    **dict.fromkeys(("chs", "simplified"), "Hans"),
    **dict.fromkeys(("cht", "traditional"), "Hant"),
    "uk": "GB",
    "chn": "CN",
    "twn": "TW",
    "hkg": "HK",
    "mac": "MO",
    "sgp": "SG",
    "usa": "US",
    "gbr": "GB",
}
# RFC 5646 keeps these whole tags of before 2006; each has a tag in today's form.
_GRANDFATHERED = {
    "zh-guoyu": "zh",
    "zh-min-nan": "nan",
    "zh-hakka": "hak",
    "zh-xiang": "hsn",
    "i-hak": "hak",
    "art-lojban": "jbo",
    "en-gb-oed": "en-GB-oxendict",
}
# The members of the macrolanguage zho in ISO 639-3, all written in Chinese characters.
_SINITIC = frozenset("cdo cjy cmn cnp cpx csp czh czo gan hak hsn lzh mnp nan wuu yue zh".split())
_SCRIPTS: dict[str, Script] = {
    **dict.fromkeys(("CN", "SG", "MY"), "Hans"),
    **dict.fromkeys(("TW", "HK", "MO"), "Hant"),
}
_DASHES = dict.fromkeys(map(ord, "_\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
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
    """`code` as BCP 47 writes it; one name for Mandarin and English. Nonsense is given back.

    Locales of POSIX (zh_CN.UTF-8), Windows (CHS, zh-CHT), three-letter codes of languages and
    regions (eng-GBR), extended languages (zh-yue) and tags of before 2006 (zh-min-nan) are read.

    >>> [normalise(code) for code in ("ZH", "zh_CN", "zh-hans", "EN-GB", "cmn", "zh-CHT")]
    ['zh', 'zh-CN', 'zh-Hans', 'en-GB', 'zh', 'zh-Hant']
    >>> [normalise(code) for code in ("zh_TW.UTF-8", "eng-USA", "zh-yue", "en-UK", "zho-Hans-CN")]
    ['zh-TW', 'en-US', 'yue', 'en-GB', 'zh-Hans-CN']
    """
    text = unicodedata.normalize("NFKC", code).translate(_DASHES).strip()
    text = re.sub(r"[.@].*", "", text, flags=re.DOTALL) or text  # the encoding, the variant
    text = _GRANDFATHERED.get(text.lower(), text)
    first, *rest = text.split("-")
    parts = _ALIASES.get(first.lower(), first.lower()).split("-")
    if rest and parts[0] == "zh" and rest[0].lower() in _SINITIC | _ALIASES.keys():
        extended = rest.pop(0).lower()  # zh-cmn-Hans, zh-yue, zh-CHS
        parts[:1] = _ALIASES.get(extended, extended).split("-")
    for part in rest:
        if len(parts[-1]) == 1:  # what follows x- or u- has a meaning of its own
            parts.append(part.lower())
            continue
        part = _PARTS.get(part.lower(), part)
        if len(part) == 4 and part.isalpha():
            parts.append(part.title())
        elif len(part) == 2:
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return "-".join(parts)


@lru_cache(maxsize=4096)
def language_tag(code: str) -> str:
    """`code` as `normalise` gives it. Raises InputError where that is no language tag.

    >>> language_tag("cmn_Hans")
    'zh-Hans'
    """
    tag = normalise(code)
    if not is_well_formed(tag):
        raise InputError(f"{code!r} is no language tag; write one as zh-CN, zh-Hant, en-US or en")
    return tag


def known_tag(code: str) -> str:
    """`language_tag`, for what a person typed: language, script and region must be registered.

    Raises InputError otherwise, and where no IANA registry knows the tag (``xx``, ``zh-Hanx``).
    """
    from langcodes import tag_is_valid

    tag = language_tag(code)
    if not tag_is_valid(tag):
        raise InputError(f"{code}: an unknown language; write it as zh-CN, zh-Hant, en-US or en")
    return tag


def readable_tag(code: str) -> str:
    """`known_tag`, for the language of a text that is to be read or compared: Chinese or English.

    Raises InputError for every other language, and says which are known.
    """
    tag = known_tag(code)
    if primary(tag) not in ("zh", "en"):
        raise InputError(
            f"{code}: this language is not read here; Chinese (zh, zh-CN, zh-TW …) and English (en, "
            "en-US, en-GB …) are"
        )
    return tag


@lru_cache(maxsize=4096)
def primary(code: str) -> str:
    """The language itself, without script and region; ``zh`` for every Chinese language.

    >>> primary("zh_TW"), primary("yue-HK"), primary("EN")
    ('zh', 'zh', 'en')
    """
    language = normalise(code).split("-")[0]
    return "zh" if language in _SINITIC else language


def is_chinese(code: str) -> bool:
    """Whether text in `code` is written in Chinese characters, without spaces between words.

    >>> is_chinese("ZH-cn"), is_chinese("cmn-Hans"), is_chinese("ja"), is_chinese("en")
    (True, True, False, False)
    """
    return primary(code) == "zh"


def is_english(code: str) -> bool:
    """Whether `code` is English of any region.

    >>> is_english("eng"), is_english("EN_us"), is_english("enm")
    (True, True, False)
    """
    return primary(code) == "en"


def same_language(one: str, other: str) -> bool:
    """Whether two tags mean one language, whatever script and region they name.

    >>> same_language("zh-CN", "cmn-Hant"), same_language("en-GB", "zh")
    (True, False)
    """
    return primary(one) == primary(other)


def covers(code: str, narrower: str) -> bool:
    """Whether `code` says the same as `narrower`, or less.

    >>> covers("zh", "zh_CN"), covers("zh-CN", "ZH-cn"), covers("zh-TW", "zh")
    (True, True, False)
    """
    return f"{normalise(narrower)}-".startswith(f"{normalise(code)}-")


def script(code: str) -> str | None:
    """The script that a code names, or that its region implies for Chinese.

    >>> script("zh-TW"), script("zh"), script("en-GB")
    ('Hant', None, None)
    """
    parts = normalise(code).split("-")
    for part in parts[1:]:
        if len(part) == 1:
            break  # an extension has no scripts
        if len(part) == 4 and part.isalpha():
            return part
    return _SCRIPTS.get(region(code) or "") if is_chinese(code) else None


def region(code: str) -> str | None:
    """The region that a code names: two letters or three digits.

    >>> region("zh_Hant_HK"), region("es-419"), region("en-x-gb")
    ('HK', '419', None)
    """
    for part in normalise(code).split("-")[1:]:
        if len(part) == 1:
            break
        if (len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdecimal()):
            return part
    return None


@lru_cache(maxsize=4096)
def fitness(requested: str, offered: str) -> int:
    """How well a text in `offered` answers a request for `requested`: 3 exactly, 0 not at all.

    Another region will do, another script will not: who asks for zh-CN is not given zh-TW.

    >>> [fitness("zh-CN", code) for code in ("ZH_cn", "zh", "zh-SG", "zh-TW", "en", "zh-(PRC)")]
    [3, 2, 1, 0, 0, 0]
    """
    wanted, given = normalise(requested), normalise(offered)
    if not is_well_formed(given):
        return 0
    if wanted == given:
        return 3
    if not same_language(wanted, given):
        return 0
    scripts = {script(wanted), script(given)} - {None}
    if len(scripts) > 1:
        return 0
    return 2 if covers(given, wanted) or covers(wanted, given) else 1
