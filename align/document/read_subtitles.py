"""Subtitles (SRT, WebVTT): what is said, without numbers, times and marks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from align.datatypes import Removal
from align.document.blocks import Block, RawDocument
from align.errors import InputError
from align.language.scripts import HAN

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}.*")
_SRT = re.compile(rf"\s*\d{{1,6}}[ \t]*\r?\n\s*{_TIME}\s*-->\s*{_TIME}")
_VTT = re.compile(r"\ufeff?WEBVTT(?:[ \t][^\n]*)?(?:\r?\n|$)")
_MARKS = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{\\[^{}]{0,200}\}|<\d[\d:.]{0,20}>")
# Those of WebVTT, which programs write in SRT as well. U+200E and U+200F order Arabic.
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|#39|apos);")
_ASIDE = re.compile(r"(NOTE|STYLE|REGION)(?=\s|$)")
_ENDS = re.compile(r"[.!?…。！？][\"'”’」』）)]*$")
_SPEAKS = ("-", "–", "—", ">>", "＞＞")
# A sentence takes two cues or three: where not one cue in five ends with a stop, as in most Chinese
# subtitles, stops are not written, and a cue is all that can be told.
_LEAST_ENDS = 0.2
# What is heard, and songs, stand by themselves: [WIND], （掌声）, ♪ la la ♪, *music*.
_CLOSES = {
    "[": "]", "(": ")", "（": "）", "［": "］", "【": "】", "〔": "〕", "〈": "〉", "*": "*", "♪": "♪",
    "♫": "♫", "♬": "♬", "#": "#",
}  # fmt: skip
_HAN = re.compile(f"[{HAN}]")
_NOTES = "♪♫♬"
TIME, MARK, COMMENT = "time of a subtitle", "mark of a subtitle", "comment of a subtitle"
NO_TEXT = frozenset({TIME, MARK})  # reasons of removals that took no words


def is_subtitles(text: str) -> bool:
    """Whether a text is subtitles: by its first cue or by the name of the format.

    >>> is_subtitles("1\\n00:00:01,000 --> 00:00:02,500\\nGo on.\\n")
    True
    """
    return bool(_VTT.match(text) or _SRT.match(text.lstrip("\ufeff\r\n")[:400]))


def read_subtitles(
    text: str, name: str, *, encoding: str | None, warnings: tuple[str, ...]
) -> RawDocument:
    """The cues as paragraphs; a sentence that goes on in the next cue is one with it.

    What is heard or sung is a paragraph of its own, after the sentence that it interrupts; without
    stops each cue is one. Times, settings and comments are removed with a record. Raises
    InputError without a word said.
    """
    cues, removals = _cues(text)
    if not cues:
        raise InputError(f"{name}: no text in these subtitles")
    return RawDocument(
        tuple(_blocks(cues)), removals=tuple(removals), encoding=encoding, warnings=warnings
    )


class _Line(NamedTuple):
    """A line of a cue without its marks."""

    number: int  # 1-based, of the file
    text: str


def _cues(text: str) -> tuple[list[list[_Line]], list[Removal]]:
    """The lines of each cue that has any, and what is no line of a cue."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[list[_Line]] = [[]]
    removals: list[Removal] = []
    within, aside = False, ""
    for number, line in enumerate(lines, start=1):
        bare = line.strip().lstrip("\ufeff")
        following = lines[number].strip() if number < len(lines) else ""
        if not bare:
            within, aside = False, ""
        elif _TIMING.fullmatch(bare):
            removals.append(Removal(number, bare, TIME))
            cues.append([])
            within = True
        elif not within and (
            aside or _ASIDE.match(bare) or _TIMING.fullmatch(following) or _VTT.match(bare + "\n")
        ):
            if not aside and (found := _ASIDE.match(bare)):
                aside = COMMENT if found[1] == "NOTE" else MARK
            elif number == 1:
                aside = MARK
            removals.append(Removal(number, bare, aside or MARK))
        else:
            said = _ENTITY.sub(lambda found: html.unescape(found[0]), _MARKS.sub("", bare)).strip()
            if said:
                cues[-1].append(_Line(number, said))
    return [cue for cue in cues if cue], removals


def _blocks(cues: Sequence[Sequence[_Line]]) -> Iterator[Block]:
    """The lines of cues as blocks, each paragraph where it begins."""
    paragraphs = [part for stream in _streams(cues) for part in _paragraphs(stream)]
    for paragraph in sorted(paragraphs, key=lambda lines: lines[0].number):
        for at, line in enumerate(paragraph):
            yield Block(line.text, line.number, starts=not at)


def _streams(cues: Sequence[Sequence[_Line]]) -> list[list[list[_Line]]]:
    """Cues by language, where most have lines with Chinese characters and lines without."""
    sides = [
        [[line for line in cue if (_HAN.search(line.text) is None) is western] for cue in cues]
        for western in (False, True)
    ]
    both = sum(bool(one and other) for one, other in zip(*sides, strict=True))
    streams = sides if 2 * both > len(cues) else [list(map(list, cues))]
    return [[cue for cue in stream if cue] for stream in streams]


def _paragraphs(cues: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """What is said, a sentence or more each, and what is heard, each by itself."""
    parts = [_parts(cue) for cue in cues]
    said = [part[-1].text for cue in parts for part in cue if not _is_heard(part)]
    has_stops = sum(bool(_ENDS.search(text)) for text in said) >= _LEAST_ENDS * len(said)
    found: list[list[_Line]] = []
    open_one: list[_Line] | None = None
    for cue in parts:
        if not has_stops:
            open_one = None
        for part in cue:
            if _is_heard(part):
                found.append(part)
                continue
            for line in part:
                if open_one is None or line.text.startswith(_SPEAKS):
                    open_one = []
                    found.append(open_one)
                open_one.append(line)
                if _ENDS.search(line.text):
                    open_one = None
    return found


def _parts(cue: Sequence[_Line]) -> list[list[_Line]]:
    """A cue's lines, those together that are heard and those that are said."""
    found: list[list[_Line]] = []
    at = 0
    while at < len(cue):
        end = _end_of_heard(cue, at)
        if end is not None:
            found.append(list(cue[at:end]))
        elif found and not _is_heard(found[-1]):
            found[-1].append(cue[at])
        else:
            found.append([cue[at]])
        at = end or at + 1
    return found


def _end_of_heard(cue: Sequence[_Line], at: int) -> int | None:
    """Where what is heard from line `at` on ends, one past its last line; None for words said."""
    first = cue[at].text.lstrip("-–— ")
    close = _CLOSES.get(first[:1])
    if close is None:
        return None
    for end in range(at, len(cue)):
        text = first[1:] if end == at else cue[end].text
        place = text.find(close)
        if place >= 0:
            return end + 1 if not text[place:].strip(close + ".。!！ ") else None
    return len(cue) if first[0] in _NOTES else None


def _is_heard(part: Sequence[_Line]) -> bool:
    return _end_of_heard(part, 0) == len(part)
