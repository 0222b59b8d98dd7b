"""Pair files by what their names say: a language marker, and the rest of the name in common."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.errors import AlignError
from align.language.folding import fold
from align.language.scripts import is_han

_ZH = """zh zh-cn zh-tw zh-hk zh-sg zh-hans zh-hant zho chi chn cn tw hk cmn chs cht sc tc c
chinese 中文 中 中文版 汉语 汉 简体 繁体 简体中文 繁体中文 简 繁 华文 中国语"""
_EN = "en en-us en-gb en-uk en-ca en-au eng us uk gb e english 英文 英 英文版 英语"
_MARKERS = {
    **{tuple(marker.split("-")): "zh" for marker in _ZH.split()},
    **{tuple(marker.split("-")): "en" for marker in _EN.split()},
}
# Single letters and country codes mark a language only at the end: "c" and "us" are words too.
_END_ONLY = {("c",), ("e",), ("us",), ("uk",), ("gb",), ("hk",), ("tw",), ("sc",), ("tc",)}
_TOKEN = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A file name read: which language it claims, and the key that its partner shares."""

    path: str
    lang: str  # "zh", "en"
    key: str
    extension: str
    sure: bool = True  # False: "c" and "e" are languages in some archives, letters in others


@dataclass(frozen=True, slots=True)
class NamedPair:
    """Two files whose names differ by the language marker."""

    zh: str
    en: str
    sure: bool = True


def read_name(path: str, root: str = "") -> Named | None:
    """The language marker and the key of a path, or None where it has no marker.

    The marker is the last token of the file name that is one, else the first, else a folder.

    >>> read_name("un/A_C.4_78_SR.12-ZH.pdf").key
    'un/a c 4 78 sr 12'
    >>> read_name("zh/report.docx").key == read_name("en/report.docx").key
    True
    """
    relative = os.path.relpath(path, root) if root else path
    folder, name = os.path.split(relative)
    stem, extension = os.path.splitext(name)
    tokens = _tokens(stem)
    parts = [part for part in re.split(r"[\\/]", folder) if part not in ("", ".")]
    sure = True
    found = _marker(tokens)
    if found is not None:
        lang, span = found
        sure = len(span) > 1 or len(tokens[span.start]) > 1 or not tokens[span.start].isascii()
        tokens = [token for place, token in enumerate(tokens) if place not in span]
    else:
        place = next(
            (at for at in range(len(parts) - 1, -1, -1) if tuple(_tokens(parts[at])) in _MARKERS),
            None,
        )
        if place is None:
            return None
        lang = _MARKERS[tuple(_tokens(parts[place]))]
        parts = parts[:place] + parts[place + 1 :]
    key = "/".join([*(fold(part) for part in parts), " ".join(tokens)])
    return Named(path, lang, key, extension.lower(), sure)


def _tokens(text: str) -> list[str]:
    """Runs of letters, of digits, of other scripts; a Chinese marker glued to a name comes off."""
    tokens: list[str] = []
    for token in _TOKEN.findall(fold(text)):
        if is_han(token[:1]) and (token,) not in _MARKERS:
            end = next(
                (cut for cut in range(1, len(token)) if (token[cut:],) in _MARKERS and cut >= 2),
                None,
            )
            if end is not None:
                tokens += [token[:end], token[end:]]
                continue
        tokens.append(token)
    return tokens


def _marker(tokens: Sequence[str]) -> tuple[str, range] | None:
    """The language and the place of the marker: at the end, at the beginning, then anywhere."""
    size = len(tokens)
    places = [range(size - 2, size), range(size - 1, size), range(2), range(1)]
    places += [range(at, at + 2) for at in range(size - 3, 0, -1)]
    places += [range(at, at + 1) for at in range(size - 2, 0, -1)]
    for place in places:
        if place.start < 0 or place.stop > size:
            continue
        marker = tuple(tokens[place.start : place.stop])
        if marker in _MARKERS and (place.stop == size or marker not in _END_ONLY):
            return _MARKERS[marker], place
    return None


def pair_by_name(paths: Iterable[str], root: str = "") -> list[NamedPair]:
    """The files whose names differ by nothing but the language marker, in path order.

    Where several files share a key, those of the same extension are paired; what stays ambiguous is
    not paired.
    """
    groups: dict[str, dict[str, list[Named]]] = defaultdict(lambda: {"zh": [], "en": []})
    for path in sorted(paths):
        named = read_name(path, root)
        if named is not None:
            groups[named.key][named.lang].append(named)
    pairs = []
    for key in sorted(groups):
        zh, en = groups[key]["zh"], groups[key]["en"]
        if len(zh) == len(en) == 1:
            pairs.append(_paired(zh[0], en[0]))
            continue
        for extension in sorted({named.extension for named in zh}):
            left = [named for named in zh if named.extension == extension]
            right = [named for named in en if named.extension == extension]
            if len(left) == len(right) == 1:
                pairs.append(_paired(left[0], right[0]))
    return pairs


def _paired(zh: Named, en: Named) -> NamedPair:
    return NamedPair(zh.path, en.path, zh.sure and en.sure)


def pair_by_pattern(paths: Iterable[str], pattern: str, root: str = "") -> list[tuple[str, str]]:
    """The (zh, en) paths that fit a pattern such as ``zh/{}_c.pdf=en/{}_e.pdf``.

    ``{}`` stands for what both sides share, ``*`` for anything. Raises AlignError on a pattern that
    is not of this form.
    """
    sides = pattern.split("=")
    if len(sides) != 2 or any(side.count("{}") != 1 for side in sides):
        raise AlignError(
            f"--pattern {pattern!r}: give two sides joined by =, each with one {{}},"
            " such as 'zh/{}.pdf=en/{}.pdf'"
        )
    zh, en = (re.compile(_as_regex(side)) for side in sides)
    found: tuple[dict[str, list[str]], dict[str, list[str]]] = (
        defaultdict(list),
        defaultdict(list),
    )
    for path in sorted(paths):
        relative = (os.path.relpath(path, root) if root else path).replace(os.sep, "/")
        for side, regex in zip(found, (zh, en), strict=True):
            if match := regex.search(relative):
                side[match["key"]].append(path)
    return [
        (found[0][key][0], found[1][key][0])
        for key in sorted(found[0].keys() & found[1].keys())
        if len(found[0][key]) == len(found[1][key]) == 1 and found[0][key] != found[1][key]
    ]


def _as_regex(side: str) -> str:
    text = re.escape(side).replace(r"\{\}", "(?P<key>.+?)").replace(r"\*", ".*")
    return f"(?:^|/){text}$"
