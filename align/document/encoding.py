"""Which encoding a text file is in, decided without guessing where the bytes decide."""

from __future__ import annotations

import codecs
import re

from align.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The characters that make up about half of any running Chinese text, in both scripts.
_COMMON = frozenset(
    "的一是不了在人有我他这個个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她"
    "本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问"
    "很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次"
    "度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何"
    "電這們來為國說時會對過發後裡種經麼學沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話"
    "給門員東聲論處義幾認條係氣題兒別變總於當現"
    "，。、；：？！“”「」（）《》"
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ENOUGH = 1 << 16  # bytes that a statistical decision looks at


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """The text of `data` and the name of the encoding that it is in.

    A byte order mark decides, then strict UTF-8, then the plausibility of the characters that
    UTF-16, GB18030 and Big5 make of the bytes. Raises InputError for binary data, for an unknown
    `encoding`, and where the bytes are not in the encoding that was asked for.
    """
    if encoding is not None:
        return _decode_as(data, encoding, name), codecs.lookup(encoding).name
    for bom, codec in _BOMS:
        if data.startswith(bom):
            text = _strict(data, codec)
            if text is None:
                raise InputError(f"{name}: begins as {codec} but is damaged; save it again")
            return _checked(text, name), codec
    text = None if _mostly_null(data) else _strict(data, "utf-8")
    if text is not None:
        return _checked(text, name), "utf-8"
    plausible = _most_plausible(data)
    if plausible is None:
        raise InputError(
            f"{name}: not a text file in an encoding that is known here "
            "(UTF-8, UTF-16, GB18030, Big5); name it with --encoding or save it as UTF-8"
        )
    return _checked(data.decode(plausible), name), plausible


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        codecs.lookup(encoding)
        text = data.decode(encoding)
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise InputError(
                f"{name}: byte {error.start} is not {encoding}; leave --encoding out to have the "
                "encoding detected"
            ) from error
        raise InputError(
            f"--encoding {encoding}: no such text encoding; try utf-8, utf-16, gb18030 or big5"
        ) from error
    if not isinstance(text, str):
        raise InputError(f"--encoding {encoding}: not a text encoding; try utf-8 or gb18030")
    return _checked(text.removeprefix("\ufeff"), name)


def _checked(text: str, name: str) -> str:
    """`text`, unless it holds what no text holds."""
    found = _BINARY.search(text)
    if found and len(_BINARY.findall(text[: 1 << 20])) * 1000 > min(len(text), 1 << 20):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            f"{name}:{line}: control characters, so this is no text file; give a TXT, PDF, DOCX or "
            "HTML file"
        )
    return text


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _mostly_null(data: bytes) -> bool:
    head = data[:_ENOUGH]
    return head.count(0) * 50 > len(head)


def _most_plausible(data: bytes) -> str | None:
    """The codec whose reading of `data` looks most like text, or None if none does."""
    candidates = ("utf-16-le", "utf-16-be", "gb18030", "big5", "cp950", "big5hkscs")
    best: tuple[float, str] | None = None
    for codec in candidates:
        text = _strict(data, codec)
        if text is None:
            continue
        score = _plausibility(text[:_ENOUGH])
        if best is None or score > best[0] + 1e-9:
            best = score, codec
    if best is not None and best[0] >= 0.2:
        return best[1]
    if _is_western(data):
        return "cp1252"
    return _second_opinion(data)


def _plausibility(text: str) -> float:
    """How much of `text` is what Chinese or English text is made of, 0 to 1."""
    if not text or _BINARY.search(text):
        return 0.0
    wide = [char for char in text if char > "\x7f"]
    if not wide:
        return 1.0
    common = sum(char in _COMMON for char in wide) / len(wide)
    # Running text has about half of its characters among the common ones; a wrong reading a tenth.
    return min(1.0, 2 * common)


def _is_western(data: bytes) -> bool:
    """Mostly ASCII with the typographic quotes and dashes, or accents, of Windows."""
    high = sum(byte >= 0x80 for byte in data[:_ENOUGH])
    return high * 10 < len(data[:_ENOUGH]) and _strict(data, "cp1252") is not None


def _second_opinion(data: bytes) -> str | None:
    """What charset-normalizer says, where it is sure: texts in languages that we refuse later."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_ENOUGH]).best()
    if best is None or best.chaos > 0.1 or _strict(data, best.encoding) is None:
        return None
    return best.encoding
