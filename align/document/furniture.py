"""What a page adds to a text: page numbers, running headers, job numbers, symbols, stray URLs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence

from align.document.symbols import SYMBOL
from align.language.scripts import HAN, is_han
from align.language.words import words

PAGE_NUMBER = "page number"
JOB_NUMBER = "job number"
RUNNING_HEADER = "running header"
DOCUMENT_SYMBOL = "document symbol"
URL = "url"
SEPARATOR = "separator"

_PAGE = re.compile(
    r"(?:[-–—]\s?(?:\d{1,4}|[ivxlc]{1,6})\s?[-–—]"
    r"|(?:page|p\.)\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?"
    r"|第\s?[\d一二三四五六七八九十百]{1,5}\s?[页頁](?:[，,/\s]*共\s?[\d一二三四五六七八九十百]{1,5}\s?[页頁])?"
    r"|共\s?\d{1,4}\s?[页頁][，,\s]*第\s?\d{1,4}\s?[页頁]"
    r"|\d{1,4}\s+of\s+\d{1,4})",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"(\d{1,4})\s?/\s?(\d{1,4})")
_BARE_NUMBER = re.compile(r"\d{1,4}|[ivxlc]{1,6}")
_JOB = re.compile(
    r"(?:(?:GE|N|V|S|K|CH|CIO)\.?\s?)?\d{2}-\d{5}(?:\s?\(?[ACEFRSX](?:/[ACEFRS])?\)?)?(?:\s+\d{6})*(?:\s*\*\d+\*)?"
    r"|\*\d{6,9}\*"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u9fff，。；：]+", re.IGNORECASE)
_URL_LINE = re.compile(r"<?(?:https?://|www\.)\S+>?", re.IGNORECASE)
# After these a URL belongs to the sentence.
_INTRODUCES = re.compile(
    r"(?:[:：(（\"“]|\b(?:at|see|via|visit|website|site|page|online|address|here|link|available)"
    r"|参见|參見|见|見|访问|訪問|网址|網址|网站|網站|登录|登錄|查阅|查閱|可查|载于|載於|来自|來自|可在|请在|位于|位於)\s*$",
    re.IGNORECASE,
)
_TEXT = re.compile(f"[a-z]{{5}}|[{HAN}]{{3}}")  # what no footer of numbers holds
_RULE = re.compile(r"[_\-–—=*·~\s]{5,}|[.\s]{12,}|(?:\*\s?){3}|(?:_\s?){3,}")
_DIGITS = re.compile(r"[\d一二三四五六七八九十]+|\b[ivxlc]+\b")
_SECTION = re.compile(r"[A-Z]?\d{1,3}(?:\.\d{1,3})+")
_SYMBOL_LINE = re.compile(SYMBOL.pattern)
_TERMINAL = re.compile(r"[.!?。！？…][\"'”’）)」』】》]*$")
_WORD_REACH = 8  # characters either side of an address in which a cut word is looked for
_EDGE = 3  # lines at the top and the foot of a page that can be a header or a footer
_REACH = 12  # lines, blank ones too, between a page number and the edge of its page
_PAGE_LINES = 8  # no page has fewer, on the average
_HEAD = 25  # lines at the head of a document that can hold its symbol and job number


def find_furniture(
    lines: Sequence[str], pages: Sequence[int], *, symbol: str | None, wrapped: bool
) -> dict[int, str]:
    """The lines that are no text, with the reason: 0-based index → reason.

    `lines` are stripped. Linear in the text.
    """
    content = [index for index, line in enumerate(lines) if line]
    found: dict[int, str] = {}
    numbers = []
    for index in content:
        line = lines[index]
        if len(line) > 300:
            continue
        reason = reason_of(line)
        if reason:
            found[index] = reason
        elif len(line) <= 6 and _BARE_NUMBER.fullmatch(line):
            numbers.append(index)
    _add_urls(found, lines, content, wrapped)
    _add_bare_numbers(found, lines, numbers, _page_edges(found, pages, len(lines)))
    edges = _page_edges(found, pages, len(lines))
    _add_headers(found, lines, content, edges, pages, wrapped)
    _add_symbols(found, lines, content, edges, symbol)
    _add_separators(found, lines, content)
    return found


def reason_of(line: str) -> str | None:
    """Why `line` is furniture whatever stands around it, or None."""
    first = line[0]
    if not (first.isdigit() or first in "-–—*第共pPGNVSKCAETDF"):
        return None
    if _PAGE.fullmatch(line):
        return PAGE_NUMBER
    fraction = _FRACTION.fullmatch(line)
    if fraction and 0 < int(fraction[1]) <= int(fraction[2]):
        return PAGE_NUMBER
    if _JOB.fullmatch(line):
        return JOB_NUMBER
    return JOB_NUMBER if _is_mixed(line) else None


def _is_mixed(line: str) -> bool:
    """A footer of several parts in one line: `23-19876 3/9`, `A/C.4/78/SR.12   2/12`."""
    if len(line) > 80 or not ("/" in line or "-" in line) or _TEXT.search(line):
        return False
    rest, jobs = _JOB.subn(" ", line)
    rest, symbols = SYMBOL.subn(" ", rest)
    rest, fractions = _FRACTION.subn(" ", rest)
    rest = rest.strip()
    return jobs + fractions > 0 and symbols + jobs + fractions > 1 and not rest


def _add_urls(
    found: dict[int, str], lines: Sequence[str], content: Sequence[int], wrapped: bool
) -> None:
    """Add addresses alone on their lines: beside a page number, or where they break a sentence.

    An author's own address stands alone just as often: below a title, in a letter head.
    """
    before: int | None = None  # the last line of content that is not furniture
    for place, index in enumerate(content):
        line = lines[index]
        following = content[place + 1] if place + 1 < len(content) else None
        last = lines[before] if before is not None else ""
        if line[0] in "hHwW<" and _URL_LINE.fullmatch(line) and not _INTRODUCES.search(last[-20:]):
            half = (
                following
                if following is not None and line[-1] in "/-_=" and " " not in lines[following]
                else None
            )
            then = content[place + 1 + (half is not None) :][:1]
            beside = {found.get(other) for other in (*content[max(place - 1, 0) : place], *then)}
            if beside & {PAGE_NUMBER, JOB_NUMBER} or (
                wrapped and bool(then) and _is_one_sentence(last, lines[then[0]])
            ):
                found[index] = URL
                if half is not None:
                    found[half] = URL  # its other half
        if index not in found:
            before = index


def _is_one_sentence(before: str, after: str) -> bool:
    """Whether a line goes on in the next: in small letters, or in the same Chinese word."""
    if not before or _TERMINAL.search(before):
        return False
    if after[0].islower():
        return before[-1].isalnum() or before[-1] in ",;\"'”’)"
    return _cuts_a_word(before, after)


def _cuts_a_word(before: str, after: str) -> bool:
    """Whether a Chinese word begins in one text and ends in the other.

    >>> _cuts_a_word("根据以下各点，将联", "合国摊款用于"), _cuts_a_word("您可以通过", "提交申请")
    (True, False)
    """
    if not (is_han(before[-1]) and is_han(after[0])):
        return False
    head = before[-_WORD_REACH:]
    spans = words(head + after[:_WORD_REACH], "zh")
    return any(start < len(head) < end for start, end in spans)


def _page_edges(found: dict[int, str], pages: Sequence[int], n_lines: int) -> list[int]:
    """The line indices before which a page begins, known or told by page and job numbers."""
    edges = set(pages)
    for index, reason in found.items():
        if reason in (PAGE_NUMBER, JOB_NUMBER):
            edges.update((index, index + 1))
    return sorted(edges | {n_lines}) if edges else []


def _near_edge(index: int, place: dict[int, int], content: Sequence[int], edges: list[int]) -> bool:
    """Whether one of `edges` lies within a few lines of text from `index`."""
    at = place[index]
    first = content[max(0, at - _EDGE + 1)]
    last = content[min(len(content) - 1, at + _EDGE - 1)] + 1
    return bisect_right(edges, last) > bisect_left(edges, first)


def _add_bare_numbers(
    found: dict[int, str], lines: Sequence[str], numbers: Sequence[int], edges: list[int]
) -> None:
    """Numbers alone on a line: page numbers at the edge of a page, or if they count on."""
    chain: list[int] = []
    for index in numbers:
        if _is_outermost(index, lines, found, edges):
            found[index] = PAGE_NUMBER
        if not lines[index].isdigit():
            continue
        if chain and int(lines[index]) == int(lines[chain[-1]]) + 1:
            chain.append(index)
            continue
        _add_chain(found, chain)
        chain = [index]
    _add_chain(found, chain)


def _is_outermost(
    index: int, lines: Sequence[str], found: dict[int, str], edges: list[int]
) -> bool:
    """Whether only blank lines and furniture stand between line `index` and an edge of its page."""
    place = bisect_right(edges, index)
    for edge in edges[max(0, place - 1) : place + 1]:
        between = range(edge, index) if edge <= index else range(index + 1, edge)
        if len(between) < _REACH and all(not lines[at] or at in found for at in between):
            return True
    return False


def _add_chain(found: dict[int, str], chain: list[int]) -> None:
    """Pages are longer than the rows of a table: numbers that count on must stand far apart."""
    if len(chain) > 1 and (chain[-1] - chain[0]) >= (20 if len(chain) == 2 else 10) * (
        len(chain) - 1
    ):
        found.update(dict.fromkeys(chain, PAGE_NUMBER))


def _add_headers(
    found: dict[int, str],
    lines: Sequence[str],
    content: Sequence[int],
    edges: list[int],
    pages: Sequence[int],
    wrapped: bool,
) -> None:
    """Lines that come again and again near page breaks or in the middle of sentences."""
    if not edges and not wrapped:
        return
    place = {index: at for at, index in enumerate(content)}
    again: defaultdict[str, list[int]] = defaultdict(list)
    for index in content:
        line = lines[index]
        if line[0].islower() or len(line) > 120 or _TERMINAL.search(line) or line[-1] in ":：":
            continue  # text, or a label of what follows, however often it comes
        if index not in found:
            # Another section's number makes another line: A1.1 Description, A2.1 Description.
            form = line if _SECTION.match(line) else _DIGITS.sub("#", line)
            again[form].append(index)
    known = len(pages)
    for form, indices in again.items():
        if len(indices) < 2 or not any(char.isalpha() for char in form):
            continue
        if _spread(indices) < _PAGE_LINES:
            continue  # a refrain, or a column of a table
        near = [index for index in indices if _near_edge(index, place, content, edges)]
        needed = 2 if not known else max(2, known // 5)
        if len(near) >= needed and 5 * len(near) >= 4 * len(indices):
            near += [index for index in indices if place[index] < _EDGE]
            found.update(dict.fromkeys(near, RUNNING_HEADER))
        elif wrapped and len(indices) >= 3 and _spread(indices) >= 2 * _PAGE_LINES:
            inside = [index for index in indices if _interrupts(index, place, content, lines)]
            if 2 * len(inside) > len(indices):
                found.update(dict.fromkeys(inside, RUNNING_HEADER))


def _spread(indices: Sequence[int]) -> float:
    """How many lines apart occurrences are, on the average."""
    return (indices[-1] - indices[0]) / (len(indices) - 1)


def _interrupts(
    index: int, place: dict[int, int], content: Sequence[int], lines: Sequence[str]
) -> bool:
    """Whether the line stands between two halves of an English sentence."""
    at = place[index]
    if not 0 < at < len(content) - 1:
        return False
    before, after = lines[content[at - 1]], lines[content[at + 1]]
    return not _TERMINAL.search(before) and before[-1] not in ":：" and after[0].islower()


def _add_symbols(
    found: dict[int, str],
    lines: Sequence[str],
    content: Sequence[int],
    edges: list[int],
    symbol: str | None,
) -> None:
    """Document symbols alone on a line, where they are the document's own or at a page's edge;
    at an edge also what a running header says beside the document's own symbol."""
    place = {index: at for at, index in enumerate(content)}
    inner = [edge for edge in edges if edge]
    for at, index in enumerate(content):
        line = lines[index]
        if symbol and index not in found and symbol != line and len(line) <= 120:
            ends = line.startswith(symbol) or line.endswith(symbol)
            if ends and not _TERMINAL.search(line) and _near_edge(index, place, content, inner):
                found[index] = RUNNING_HEADER
                continue
        if len(line) > 40 or index in found or line[0] not in "AESTHCDNFIUJL":
            continue
        if not _SYMBOL_LINE.fullmatch(line):
            continue
        if line == symbol or at < _HEAD or _near_edge(index, place, content, edges):
            found[index] = DOCUMENT_SYMBOL


def _add_separators(found: dict[int, str], lines: Sequence[str], content: Sequence[int]) -> None:
    for index in content:
        line = lines[index]
        if line[0] in "_-–—=*.·~" and index not in found and _RULE.fullmatch(line):
            found[index] = SEPARATOR


EVIDENCE = {
    PAGE_NUMBER: "a page number alone on its line, at the edge of a page or counting on",
    JOB_NUMBER: "a job number alone on its line",
    RUNNING_HEADER: "comes again at page breaks or within sentences",
    DOCUMENT_SYMBOL: "a document symbol alone on its line at the head or the edge of a page",
    URL: "an address beside a page number, or between words that belong together",
    SEPARATOR: "a line of dashes, dots or the like",
}
"""What shows that a line of plain text is furniture, by its reason."""


def injected_urls(line: str) -> list[tuple[int, int]]:
    """Spans of URLs that a copy of a PDF put in the middle of a Chinese word.

    Between whole words an address is the author's: 请到 https://… 查看, "open https://… and log in".
    """
    spans = []
    for match in _URL.finditer(line):
        before, after = line[: match.start()].rstrip(), line[match.end() :].lstrip()
        if before and after and _cuts_a_word(before, after):
            spans.append(match.span())
    return spans
