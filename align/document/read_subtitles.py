"""Subtitles (SRT, WebVTT): what is said, without numbers, times and marks."""

from __future__ import annotations

import html
import re

from align.datatypes import Removal
from align.document.blocks import Block, RawDocument
from align.errors import InputError

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}.*")
_SRT = re.compile(rf"\s*\d{{1,6}}[ \t]*\r?\n\s*{_TIME}\s*-->\s*{_TIME}")
_VTT = re.compile(r"\ufeff?WEBVTT(?:[ \t][^\n]*)?(?:\r?\n|$)")
_MARKS = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{\\[^{}]{0,200}\}|<\d[\d:.]{0,20}>")
# Those of WebVTT, which programs write in SRT as well. U+200E and U+200F order Arabic.
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|#39|apos);")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?=\s|$)")
_ENDS = re.compile(r"[.!?…。！？][\"'”’」』）)]*$")
_SPEAKS = ("-", "–", "—")


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

    Times, settings and asides are removed with a record. Raises InputError without a word said.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks: list[Block] = []
    removals: list[Removal] = []
    within, ended, aside = False, True, False
    for number, line in enumerate(lines, start=1):
        bare = line.strip().lstrip("\ufeff")
        following = lines[number].strip() if number < len(lines) else ""
        if not bare:
            within = aside = False
        elif _TIMING.fullmatch(bare):
            removals.append(Removal(number, bare, "time of a subtitle"))
            within = True
        elif not within and (
            aside or _ASIDE.match(bare) or _TIMING.fullmatch(following) or _VTT.match(bare + "\n")
        ):
            aside = aside or bool(_ASIDE.match(bare) or number == 1)
            removals.append(Removal(number, bare, "mark of a subtitle"))
        else:
            said = _ENTITY.sub(lambda found: html.unescape(found[0]), _MARKS.sub("", bare)).strip()
            if said:
                starts = ended or said.startswith(_SPEAKS)
                blocks.append(Block(said, number, starts=starts))
                ended = bool(_ENDS.search(said))
    if not blocks:
        raise InputError(f"{name}: no text in these subtitles")
    return RawDocument(
        tuple(blocks), removals=tuple(removals), encoding=encoding, warnings=warnings
    )
