"""Which column of a table holds which language: by its name, else by the script of its cells.

Tables of terms and of units come with headers in words (Chinese (Simplified), 繁體中文), with names
that say no language (术语, 译文, target), with a title above the header, or without any header.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from align.errors import FormatError
from align.formats import tables
from align.language import tags
from align.language.scripts import has_han

Canonical = Callable[[str], str | None]  # a header as written → a column's name, None if unknown


def named_rows(
    rows: Iterator[tuple[int, list[str]]],
    name: str,
    canonical: Canonical,
    either: frozenset[str] | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by their columns' names, also where there are no names; `name` is the file's.

    A line above the header that fills one cell only is a title. A column under a name that says no
    language (术语, 译文, target) is of the language that its cells are written in.
    """
    head = list(itertools.islice(rows, _LOOKED_AT))
    while len(head) > 1 and _is_title(head[0][1], canonical):
        head.pop(0)
    if not head:
        raise FormatError(f"{name}: the table is empty; it needs a row of column names")
    line, cells = head[0]
    by_script = _scripts([row for _, row in head[1:]] or [cells])
    if not any(map(canonical, cells)) and _is_data(cells, by_script):
        width = max(len(row) for _, row in head)
        columns = [by_script[0], by_script[1], "note"][:width]
        columns += [f"column {place + 1}" for place in range(3, width)]
    else:
        columns = _understood(
            tables.header(cells, name, line), by_script, canonical, either or EITHER
        )
        head.pop(0)
    for number, row in itertools.chain(head, rows):
        yield number, tables.named_cells(columns, row, name, number)


def _is_title(cells: Sequence[str], canonical: Canonical) -> bool:
    return len({cell.strip() for cell in cells} - {""}) < 2 and not any(map(canonical, cells))


_LOOKED_AT = 200  # rows whose scripts tell the languages of columns
_LATIN = re.compile("[A-Za-z]")


def _scripts(rows: Sequence[list[str]]) -> dict[int, str]:
    """The columns whose cells are mostly Chinese ("zh") or mostly in Latin letters ("en")."""
    found: dict[int, str] = {}
    for place in range(max(map(len, rows), default=0)):
        cells = [row[place] for row in rows if place < len(row) and row[place].strip()]
        chinese = sum(map(has_han, cells))
        latin = sum(_LATIN.search(cell) is not None for cell in cells) - chinese
        if 2 * chinese > len(cells):
            found[place] = "zh"
        elif 2 * latin > len(cells):
            found[place] = "en"
    return found


def _is_data(cells: Sequence[str], by_script: Mapping[int, str]) -> bool:
    """Whether a first row is no header, as OmegaT's glossaries have none: source, target, comment.

    Each of its first two cells is then in the script of its column, one Chinese, one English.
    """
    languages = {by_script.get(0), by_script.get(1)}
    own = _scripts([list(cells)])
    return languages == {"zh", "en"} and all(own.get(at) == by_script[at] for at in (0, 1))


# Headers that name a side and no language.
EITHER = frozenset(
    "source target term terms translation source_term target_term 术语 術語 译文 譯文 原文 源语 目标语 "
    "源语言 目标语言 译名 譯名 词条 詞條 名称 名稱 译法 譯法 对应词".split()
)


def _understood(
    columns: list[str], by_script: Mapping[int, str], canonical: Canonical, either: frozenset[str]
) -> list[str]:
    """The header with zh or en for a column whose name says no language, where that is missing."""
    known = [canonical(column) for column in columns]
    for lang in ("zh", "en"):
        free = [
            place
            for place, column in enumerate(columns)
            if by_script.get(place) == lang and column.lower().replace(" ", "_") in either
        ]
        if lang not in known and len(free) == 1:
            columns = [lang if place == free[0] else one for place, one in enumerate(columns)]
    return columns


_CHINESE = re.compile(
    r"(?:chinese|mandarin|中文|汉语|漢語|华语|華語|中国语|中國語)[\s_]*(?:[(（\[]?[\s_]*"
    r"(?:simplified|traditional|prc|china|taiwan|hong kong|简体?|簡體?|繁體?|繁体?)[\s_]*[)）\]]?)?"
    r"|(?:simplified|traditional)[\s_]+chinese|[简簡繁][体體](?:中文|字)?",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"(?:english|英文|英语|英語)[\s_]*(?:[(（\[]?[\s_]*[\w. ]{2,20}[\s_]*[)）\]]?)?", re.IGNORECASE
)
_TERM_WORD = re.compile(
    r"[\s_:：-]*(?:terms?|术语|術語|译文|譯文|译名|譯名|名称|名稱)$", re.IGNORECASE
)


def language_in(column: str) -> str | None:
    """The language that a header names, in words or by a code in brackets.

    >>> [language_in(name) for name in ("Chinese (Simplified)", "繁體中文", "English (US)", "中文术语")]
    ['zh', 'zh', 'en', 'zh']
    >>> language_in("English definition")
    """
    name = _TERM_WORD.sub("", column.strip())
    if _CHINESE.fullmatch(name):
        return "zh"
    if _ENGLISH.fullmatch(name) and not re.search(
        "definition|定义|variant|note|comment|例", name, re.I
    ):
        return "en"
    code = re.fullmatch(r"[^()（）]*[(（]([a-z]{2,3}[-_][a-z]{2,4})[)）]", name, re.IGNORECASE)
    if code and tags.is_chinese(code[1]):
        return "zh"
    return "en" if code and tags.is_english(code[1]) else None
