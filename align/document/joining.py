"""What stands between two lines that are one: nothing, a space, or a mended hyphen."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from align.document.english_words import english_words
from align.language.languages import Language
from align.language.scripts import FULL_WIDTH, HAN
from align.language.wordset import wordset

SOFT_HYPHEN = "\u00ad"

_LONGEST_ADDRESS = 300  # characters of a line; no line of text is wider
_ADDRESS = re.compile(r"([(<\[])?((?:https?://|www\.)[!-~]+)$", re.IGNORECASE)
_CLOSES = {"(": ")", "<": ">", "[": "]"}
_TOKEN = re.compile(r"[!-~]+")
_PATH = re.compile(r"[\w~%-]*(?:[/=#?&_]|\.\w)|\d")
_WIDE = re.compile(f"[{HAN}{FULL_WIDTH}]")
_HAN_CHAR = re.compile(f"[{HAN}]")
# Marks that both scripts use; beside a Chinese character they are Chinese.
_SHARED = "“”‘’—…·"
_OPENING = "([{“‘（《〈「『【〔"
_CLOSING = ")]}”’）》〉」』】〕,.;:!?%，。、；：！？"
# U+2011 breaks no line; but some fonts give every hyphen as one.
_HYPHENS = ("-", "\u2010", "\u2011", SOFT_HYPHEN)
_TO_ASCII = str.maketrans("\u2010\u2011", "--")

_LAST_WORD = re.compile(r"([A-Za-z\u00c0-\u024f'’]+(?:-[A-Za-z\u00c0-\u024f'’]+)*)[-\u2010\u2011]$")
_FIRST_WORD = re.compile(r"([A-Za-z\u00c0-\u024f]+)(-?)")
_WORDS = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:-[A-Za-z\u00c0-\u024f]+)*")

# A hyphen that ends a line after one of these belongs to the word,
_PREFIXES = wordset(
    "self non well long short high low ex vice cross half ever one two three four five six seven "
    "eight nine ten twenty thirty forty fifty sixty seventy eighty ninety first second third early "
    "mid late semi quasi state gender child people user data results evidence community rights "
    "policy decision climate world nation system mission large small medium north south east west "
    "african asian european united"
)
# ... after one of these if what follows is a word of the document by itself,
_LOOSE_PREFIXES = wordset(
    "pre re de sub under over inter multi socio geo intra extra open co many much still set so by "
    "in on off up out to facto read pro anti post part all full con"
)
# ... after one of these, and after words of the document, unless a mere syllable follows.
_FIRST_PARTS = wordset(
    "weak strong hard soft old new young blood heart head eye ear foot arm gun air water fire sun "
    "moon lake river mountain snow wind ice home house family woman boy girl baby king queen dark "
    "light red blue green black white grey yellow brown pink gold silver broad narrow deep wide "
    "thick thin quick slow fast hot cold warm dry wet good bad best better free safe clean clear "
    "sharp sweet kind close tight round square double single triple day night week month year life "
    "death time work trade market price money wage income cost profit food crop farm sugar salt "
    "rice coffee steel iron stone wood glass paper book school class crew ship boat road rail "
    "street town city village country border war peace army navy police prison court crime drug "
    "bomb nuclear solar energy power zero information knowledge technology computer phone press "
    "news media film song music sport game team"
)
# ... and so does one before one of these: the last parts of compounds.
_SUFFIXES = wordset(
    "based led wide level related building making keeping sharing contributing driven free "
    "oriented specific sensitive responsive friendly general president chairman chairperson "
    "chair secretary party country year years month day week hour old term scale range "
    "standing known being made saving raising planning finding solving taking setting income "
    "cost risk quality fire off up out in down over on like minded up to date of by and the "
    "term case for wide speaking owned hand house family field hall rank time thirds third "
    "half quarters back aligned"
)
# What is left of a word cut by a hyphenating program: no word by itself.
_FRAGMENT = re.compile(
    r"(?:ern|erly|ment|ments|mental|tion|tions|tional|sion|sions|ing|ings|ed|er|ers|ly|ity|ties|ability|"
    r"ibility|ance|ances|ence|ences|ency|ness|able|ible|ally|ously|ious|ous|ative|ive|ture|tures|"
    r"tory|tional|tive|tively|cation|zation|zations|sation|lation|nation|ration|tation|ships?|"
    r"ful|less|ism|ist|ists|ize|ized|izing|ise|ised|al|ial|ical|ic|ics|ate|ated|ating|cial|tial|"
    r"cian|gion|gional|nerships?|ocation|grammes?|ling|lings|bon|son|munity|munities|nities|nal|ner|ners|ry|sis|tain|tained|tary|ter|ters|ther|tor|tors|ver|vel)$"
)

_DIVIDED_SHARE = 0.03  # of the lines
_KIN = 4  # letters in which words of one family agree; shorter ends are many words' own

# Spaces that a PDF leaves in Chinese: beside a Chinese character or mark. A space after a Western
# stop stays: it belongs to a label or to Western words.
_STRAY = re.compile(
    f"(?<=[{HAN}{FULL_WIDTH}])[ \u00a0\u2009]+(?=\\S)"
    f"|(?<=[^\\s.,;:!?])[ \u00a0\u2009]+(?=[{HAN}{FULL_WIDTH}])"
)
# The same where nothing says that the file comes from a PDF: only what no author types.
_STRAY_IN_PROSE = re.compile(
    f"(?<=[{HAN}])[ \u00a0\u2009]+(?=[{HAN}])"
    f"|(?<=[，。、；：！？）》」』])[ \u00a0\u2009]+(?=[{HAN}（《「『])"
)
_PROSE = re.compile("[，。！？；：]")
_RUNS = re.compile("[ \x0b\x0c\x1c-\x1f\x85\u2028\u2029]{2,}|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
# As rows of tables show: justified lines have no gap of three spaces. Beside a single character the
# characters of a word are spread out.
_SET_APART = re.compile(rf"(?<=\S\S) {{3,}}(?=[^\s{HAN}]|[{HAN}]\S)")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LABEL_SPACE = re.compile(
    r"(?:[•●○■▪◆◦∙]|\(?[0-9０-９a-zA-Z一二三四五六七八九十]{1,5}[).．、）]"
    "|第[0-9一二三四五六七八九十百]+[章节節条條部编編])"
    "[ \u3000]+"
)


def tidy(line: str, *, language: Language, torn: bool) -> str:
    """`line` with runs of white space made one, and without spaces that do not belong in Chinese.

    `torn` says that the text comes from a PDF: then spaces between Chinese and Western characters
    go as well. The space after a label at the head of the line stays.

    >>> from align.language.languages import CHINESE
    >>> tidy("2023年 12 月在阿克拉", language=CHINESE, torn=True)
    '2023年12月在阿克拉'
    >>> tidy("使用 Python 语言", language=CHINESE, torn=False)
    '使用 Python 语言'
    """
    if not line.isascii() and _INVISIBLE.search(line):
        line = _INVISIBLE.sub("", line)
    if language.is_chinese and "   " in line:
        line = _SET_APART.sub("\t", line)
    if "\t" in line:  # columns: each is tidied by itself
        parts = (tidy(part, language=language, torn=torn) for part in line.split("\t"))
        return " ".join(part for part in parts if part)
    line = _RUNS.sub(" ", line).strip(" \u3000\u00a0")
    if not language.is_chinese or (
        " " not in line and "\u00a0" not in line and "\u2009" not in line
    ):
        return line
    label = _LABEL_SPACE.match(line)
    at = label.end() if label else 0
    if torn:
        return line[:at] + _STRAY.sub("", line[at:])
    if _PROSE.search(line):
        return line[:at] + _STRAY_IN_PROSE.sub("", line[at:])
    return line


class Vocabulary:
    """The words of a document, joined and hyphenated, to decide about hyphens at line ends."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.counts: Counter[str] = Counter()
        # Programs that divide words set U+2010; authors type a hyphen-minus, or U+2010 everywhere.
        self.typed = False
        ascii_hyphens = divided = False
        n_lines = n_divided = 0
        for line in lines:
            inside = line.rstrip()[:-1]
            self.typed = self.typed or "\u2010" in inside
            ascii_hyphens = ascii_hyphens or "-" in inside
            words = _WORDS.findall(line.lower().translate(_TO_ASCII))
            if not words:
                continue
            # The two parts of a word at a line end are the question, no evidence.
            if divided:
                del words[0]
            divided = line.rstrip().endswith(_HYPHENS)
            n_lines += 1
            n_divided += divided
            if divided and words:
                words.pop()
            self.counts.update(words)
        # Compounds stand at a line end now and then; a program that divides words does so often.
        self.divides_words = n_divided > _DIVIDED_SHARE * n_lines
        # Some fonts give every hyphen as U+2010; that one is no other's shows beside others only.
        self.typed = self.typed or not ascii_hyphens

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self.counts)

    def _times(self, beginning: str) -> int:
        """How often words stand in the document that begin so."""
        words, times = self._in_order, 0
        for at in range(bisect_left(words, beginning), len(words)):
            if not words[at].startswith(beginning):
                break
            times += self.counts[words[at]]
        return times

    def is_one_word(self, left: str, right: str) -> bool:
        """Whether `left`-`right`, divided at a line end, is one word without a hyphen."""
        left, right = left.lower(), right.lower()
        stem = left.rsplit("-", 1)[-1]
        joined, hyphened = self.counts[stem + right], self.counts[f"{left}-{right}"]
        if joined == hyphened and len(right) >= _KIN:  # co-operate tells of co-operation
            kin = right[:_KIN]
            joined, hyphened = self._times(stem + kin), self._times(f"{left}-{kin}")
        if joined != hyphened:
            return joined > hyphened
        known = english_words()
        if stem + right in known.common:
            return True
        if _FRAGMENT.match(right) and "-" not in left and not self.counts[right]:
            return True
        if stem in _PREFIXES or right in _SUFFIXES or "-" in left or stem == right:
            return False
        if _FRAGMENT.match(right):
            return True
        if (
            len(right) >= _KIN
            and (right in known.common or self._times(right))
            and (stem in known.common or stem in known.hyphened)
            and stem not in known.joining
        ):
            return False
        if stem in _LOOSE_PREFIXES:
            return not self.counts[right]
        if self.counts[right] and self.counts[stem]:
            return False
        return self.divides_words or not (self.counts[stem] or stem in _FIRST_PARTS)


def glue(left: str, right: str, *, language: Language, words: Vocabulary) -> tuple[str, int]:
    """What joins line `left` to line `right`, and how many characters `left` loses at its end.

    >>> none = Vocabulary([])
    >>> from align.language.languages import CHINESE, ENGLISH
    >>> glue("以行动促维", "和行动", language=CHINESE, words=none)
    ('', 0)
    >>> glue("environmental manage-", "ment efforts", language=ENGLISH, words=none)
    ('', 1)
    """
    last, first = left[-1], right[0]
    address = _ADDRESS.search(left[-_LONGEST_ADDRESS:])
    if address is not None and (rest := _TOKEN.match(right)) is not None:
        return ("" if _goes_on(address, rest[0]) else " "), 0
    if last in "-\u2010\u2011" and len(left) > 1 and not left[-2].isspace():
        return _at_hyphen(left, right, words)
    if last in "—–/" and len(left) > 1 and not left[-2].isspace() and not language.is_chinese:
        return "", 0
    if first in "—–" and len(right) > 1 and not right[1].isspace() and not language.is_chinese:
        return "", 0
    if _is_wide(last, first) if language.is_chinese else _both_wide(last, first):
        return "", 0
    if language.is_chinese and _without_space(last, first):
        return "", 0
    return " ", 0


# A word that is cut for want of room is as wide as its cell; shorter ones are set on one line.
_NARROWEST_CELL = 8  # letters
_LONGEST_END = 4  # letters of an end that is known by being no word
_PARTICLES = wordset("de da di do du des del della la le el al van von der den zu y e et und")
_ONE_WORD = re.compile(rf"[A-Za-z\u00c0-\u024f]{{{_NARROWEST_CELL},}}")
_WORD_END = re.compile(r"[a-z\u00df-\u024f]+(?![\w-])")


def is_cut_word(left: str, right: str) -> bool:
    """Whether a line of a cell that is one word goes on in the next line without a hyphen.

    >>> is_cut_word("commissioni", "ng of the pump"), is_cut_word("renewable", "energy")
    (True, False)
    """
    end = _WORD_END.match(right)
    if end is None or _ONE_WORD.fullmatch(left) is None or not left[-1].islower():
        return False
    known = english_words().common
    if (left + end[0]).lower() in known:
        return True
    if left.lower() in known or end[0] in known or end[0] in _PARTICLES:
        return False
    return len(end[0]) <= _LONGEST_END or _FRAGMENT.match(end[0]) is not None


def _goes_on(address: re.Match[str], rest: str) -> bool:
    """Whether an address that a line ends with goes on in the first characters of the next.

    In brackets it goes on until they close; else what no word begins or ends with shows it. After
    a stroke it goes on where the rest has the signs of a path: `list/index.html`, no `for`.
    """
    opened, url = address.groups()
    if opened:
        return _CLOSES[opened] not in url
    if rest[0] in "/#?&=%_" or url[-1] in "#?&=%_-":
        return True
    return url[-1] == "/" and _PATH.match(rest) is not None


def _is_wide(last: str, first: str) -> bool:
    return bool(_WIDE.match(last) or _WIDE.match(first)) or last in _SHARED or first in _SHARED


def _both_wide(last: str, first: str) -> bool:
    return bool(_WIDE.match(last) and _WIDE.match(first)) or bool(
        (_HAN_CHAR.match(last) and first in _SHARED) or (last in _SHARED and _HAN_CHAR.match(first))
    )


def _without_space(last: str, first: str) -> bool:
    """Western characters at a line end within Chinese that no space divides."""
    return last in _OPENING or first in _CLOSING or first in "([/-" or last in ")]/"


def _at_hyphen(left: str, right: str, words: Vocabulary) -> tuple[str, int]:
    begin = _LAST_WORD.search(left[-60:])
    follow = _FIRST_WORD.match(right)
    if left[-1] == "\u2010" and not words.typed and right[0].islower():
        return "", 1
    if not begin or not follow:
        return "", 0
    if follow[1] in {"and", "or", "to"} and not follow[2]:  # troop- and police-contributing
        return " ", 0
    if not follow[1][0].islower() or not begin[1][-1].islower():
        return "", 0
    if words.is_one_word(begin[1], follow[1]) and not follow[2]:
        return "", 1
    return "", 0
