"""Findings written into an XLIFF file as notes, its segments marked for review.

Nothing else changes: the file is copied byte by byte, and what is new is put in at offsets that an
event parser tells. So its texts, codes, spaces, namespaces and encoding stay as its tool wrote them.

What is written, where (OASIS XLIFF 1.2, section 3.3; XLIFF 2.0, section 4.2):
- 1.2 and MQXLIFF: a note after the target, ``state="needs-review-translation"`` on it;
- SDLXLIFF: a comment of Trados on the segment, and ``conf="Draft"`` in its seg-defs;
- 2.x: notes before the segments, ``state="translated" subState="align:review"`` on the segment.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat

from align.atomic import replacing
from align.errors import FormatError, InputError
from align.formats import xml
from align.formats.xliff import Place

MAX_BYTES = 1 << 30  # the file is held once in memory
_SDL = "http://sdl.com/FileTypes/SdlXliff/1.0"
_COMMENTS = uuid.UUID("6d0c7d5e-6f5b-5a0b-9d0a-0f6f3c1f3d11")  # the name space of comments' ids
AUTHOR = "align"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be noted on a segment; `severe` ones mark it for review."""

    text: str
    severe: bool = True


@dataclass(frozen=True, slots=True)
class Annotated:
    """How many segments got notes, and how many were marked for review."""

    segments: int
    marked: int


def annotate(
    source: Path, target: Path, remarks: Mapping[Place, Iterable[Remark]], *, now: str
) -> Annotated:
    """Copy an XLIFF file with notes on the segments at the places given by `read_segments`.

    `now` is YYYYMMDDThhmmssZ, for the comments of Trados. The target is replaced whole or not at
    all. Raises FormatError where the file is no XLIFF, InputError where it is too large.
    """
    with source.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{source}: more than {MAX_BYTES >> 20} MB; check it in parts")
    wanted: dict[tuple[int, str | None], list[Remark]] = {
        (place.unit, place.segment): list(texts) for place, texts in remarks.items()
    }
    scan = _Scan(str(source), data, wanted, now)
    scan.run()
    with replacing(target) as out:
        _write(out, data, scan.insertions, scan.encoding)
    return Annotated(len(scan.noted), scan.marked)


def _write(
    out: IO[bytes], data: bytes, insertions: dict[int, list[tuple[int, str]]], encoding: str
) -> None:
    """Write `data` with texts put in at offsets; a pair (cut, text) also leaves `cut` bytes out."""
    at = 0
    for offset in sorted(insertions):
        out.write(data[at:offset])
        at = offset
        for cut, text in insertions[offset]:
            out.write(text.encode(encoding))
            at += cut
    out.write(data[at:])


class _Scan:
    """Walks the elements of a file and says what goes in where."""

    def __init__(
        self,
        name: str,
        data: bytes,
        wanted: dict[tuple[int, str | None], list[Remark]],
        now: str,
    ) -> None:
        self.name, self.data, self.wanted = name, data, wanted
        self._by_unit: dict[int, list[str | None]] = defaultdict(list)
        for unit, segment in wanted:
            self._by_unit[unit].append(segment)
        self.time = f"{now[:4]}-{now[4:6]}-{now[6:11]}:{now[11:13]}:{now[13:15]}"
        self.encoding = _encoding(data)
        self.insertions: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.noted: set[tuple[int, str | None]] = set()
        self.marked = 0
        self.comments: list[str] = []  # Trados: the definitions of what was noted
        self._path: list[str] = []
        self._unit = -1
        self._segment = -1
        self._version2 = False
        self._trados = False
        self._prefix = ""
        self._head = -1  # where doc-info begins or may be put
        self._doc_info: int | None = None  # the end of cmt-defs or of doc-info, where there is one
        self._has_defs = False
        self._after = -1  # where the notes of a 1.2 unit go
        self._target: tuple[int, str] | None = None
        self._notes_at: int | None = None
        self._mark: str | None = None
        self._marks: list[str | None] = []

    def run(self) -> None:
        """Parse the data. Raises FormatError where it is not well formed."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._declared
        self._parser = parser
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError as error:
            message = expat.errors.messages.get(error.code, str(error.code))
            raise FormatError(
                f"{self.name}:{error.lineno}: not well-formed XML: {message}"
            ) from error
        if self.comments:
            self._define()

    def _declared(self, *_: object) -> None:
        raise FormatError(f"{self.name}: the file declares entities of its own; remove them")

    # --- events -------------------------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        place = self._parser.CurrentByteIndex
        if not self._path:
            if name != "xliff":
                raise FormatError(f"{self.name}: not an XLIFF: the root element is <{name}>")
            self._version2 = attributes.get("version", "").startswith("2")
            self._trados = _SDL in attributes.values()
            self._prefix = f"{prefix}:" if prefix else ""
            self._head = self._tag_end(place)
        self._path.append(name)
        if name == "doc-info" and len(self._path) == 2:
            self._doc_info = self._tag_end(place)
        elif name == "cmt-defs":
            self._has_defs = True
        elif name == ("unit" if self._version2 else "trans-unit"):
            self._unit += 1
            self._segment = -1
            self._after, self._target, self._notes_at = -1, None, None
            self._marks = []
            if attributes.get("approved") == "yes" and self._severe():
                self._set(place, {"approved": "no"})
        elif self._version2:
            if name in ("originalData", "segment", "ignorable") and self._notes_at is None:
                self._put_notes(place)
            if name == "segment":
                self._segment += 1
                self._mark_segment(place, attributes.get("state", "initial"))
        elif name == "target" and self._path[-2:-1] == ["trans-unit"]:
            self._target = (place, tag)
            self._mark_target(place)
        elif name == "mrk":
            inside = "target" in self._path and attributes.get("mtype") == "seg"
            self._marks.append(attributes.get("mid", "") if inside else None)
            if inside and self._trados:
                self._comment(attributes.get("mid", ""), place)
        elif name == "seg" and self._trados and self._path[-2:-1] == ["seg-defs"]:
            self._draft(attributes.get("id", ""), place)

    def _end(self, tag: str) -> None:
        _, _, name = tag.rpartition(":")
        place = self._parser.CurrentByteIndex
        if name == "cmt-defs" or (
            name == "doc-info" and len(self._path) == 2 and not self._has_defs
        ):
            self._doc_info = place
        elif name == "mrk" and self._marks:
            mid = self._marks.pop()
            if mid is not None and self._trados and self._wanted(mid):
                self.insertions[place].append((0, "</mrk>"))
        elif self._version2 and name == "notes" and self._path[-2:-1] == ["unit"]:
            self._notes_at = place
            self._put_into_notes(place)
        elif not self._version2 and name in ("source", "seg-source", "target"):
            if self._path[-2:-1] == ["trans-unit"]:
                self._after = self._tag_end(place)
        elif not self._version2 and name == "trans-unit":
            self._put_after(self._after)
        self._path.pop()

    # --- what goes in -------------------------------------------------------------------------

    def _wanted(self, segment: str | None) -> list[Remark]:
        return self.wanted.get((self._unit, segment), [])

    def _of_unit(self) -> list[tuple[str | None, list[Remark]]]:
        return [(segment, self._wanted(segment)) for segment in self._by_unit.get(self._unit, ())]

    def _severe(self) -> bool:
        return any(remark.severe for _, remarks in self._of_unit() for remark in remarks)

    def _note(self, segment: str | None, remark: Remark) -> str:
        priority = "1" if remark.severe else "5"
        if self._version2:
            return (
                f'<{self._prefix}note category="{AUTHOR}" priority="{priority}" appliesTo="target">'
                f"{_text(remark.text)}</{self._prefix}note>"
            )
        where = f"{segment}: " if segment else ""
        return (
            f'<{self._prefix}note from="{AUTHOR}" priority="{priority}" annotates="target">'
            f"{_text(where + remark.text)}</{self._prefix}note>"
        )

    def _put_after(self, place: int) -> None:
        """Notes of a 1.2 unit, after its target."""
        if self._trados or place < 0:
            return
        for segment, remarks in self._of_unit():
            self.noted.add((self._unit, segment))
            for remark in remarks:
                self.insertions[place].append((0, self._note(segment, remark)))

    def _put_notes(self, place: int) -> None:
        """A notes element for a 2.x unit that has none."""
        self._notes_at = place
        found = [self._note(segment, remark) for segment, remarks in self._of_unit()
                 for remark in remarks]  # fmt: skip
        if found:
            self.noted.update((self._unit, segment) for segment, _ in self._of_unit())
            name = f"{self._prefix}notes"
            self.insertions[place].append((0, f"<{name}>{''.join(found)}</{name}>"))

    def _put_into_notes(self, place: int) -> None:
        for segment, remarks in self._of_unit():
            self.noted.add((self._unit, segment))
            for remark in remarks:
                self.insertions[place].append((0, self._note(segment, remark)))

    def _mark_segment(self, place: int, state: str) -> None:
        if any(remark.severe for remark in self._wanted(str(self._segment))):
            self.marked += 1
            state = "initial" if state == "initial" else "translated"
            self._set(place, {"state": state, "subState": f"{AUTHOR}:review"})

    def _mark_target(self, place: int) -> None:
        if self._trados:
            return
        if self._severe():
            self.marked += 1
            self._set(place, {"state": "needs-review-translation"})

    def _draft(self, mid: str, place: int) -> None:
        if any(remark.severe for remark in self._wanted(mid)):
            self.marked += 1
            self._set(place, {"conf": "Draft"})

    def _comment(self, mid: str, place: int) -> None:
        remarks = self._wanted(mid)
        if not remarks:
            return
        self.noted.add((self._unit, mid))
        text = "\n".join(remark.text for remark in remarks)
        number = uuid.uuid5(_COMMENTS, f"{self._unit}/{mid}/{text}")
        severity = "Medium" if any(remark.severe for remark in remarks) else "Low"
        self.comments.append(
            f'<cmt-def id="{number}"><Comments xmlns=""><Comment severity="{severity}"'
            f' user="{AUTHOR}" date="{self.time}" version="1.0">{_text(text)}</Comment>'
            "</Comments></cmt-def>"
        )
        self.insertions[self._tag_end(place)].append(
            (0, f'<mrk mtype="x-sdl-comment" xmlns:cmt="{_SDL}" cmt:cid="{number}">')
        )

    def _define(self) -> None:
        """Put the definitions of Trados' comments into doc-info, which is made where it is missing."""
        found = "".join(self.comments)
        if self._doc_info is None:
            text = f'<doc-info xmlns="{_SDL}"><cmt-defs>{found}</cmt-defs></doc-info>'
            self.insertions[self._head].insert(0, (0, text))
        elif self._has_defs:
            self.insertions[self._doc_info].append((0, found))
        else:
            self.insertions[self._doc_info].append(
                (0, f'<cmt-defs xmlns="{_SDL}">{found}</cmt-defs>')
            )

    # --- tags as they are written -------------------------------------------------------------

    def _tag_end(self, place: int) -> int:
        """The offset after the tag that begins at `place`; quotes may hide a >."""
        match = _TAG[self._wide()].match(self.data, place)
        return match.end() if match else place

    def _wide(self) -> str:
        return self.encoding if self.encoding.startswith("utf-16") else ""

    def _set(self, place: int, values: dict[str, str]) -> None:
        """Set attributes of the tag at `place`: those that are there are replaced."""
        end = self._tag_end(place)
        tag = self.data[place:end].decode(self.encoding)
        for name, value in values.items():
            written = f'{name}="{value}"'
            found = re.search(rf"(?<=\s){name}\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag)
            if found:
                tag = tag[: found.start()] + written + tag[found.end() :]
            else:
                cut = len(tag) - (2 if tag.endswith("/>") else 1)
                tag = f"{tag[:cut].rstrip()} {written}{tag[cut:]}"
        self.insertions[place].append((end - place, tag))


def _tag_pattern(encoding: str) -> re.Pattern[bytes]:
    def put(text: str) -> bytes:
        return re.escape(text.encode(encoding)) if encoding else re.escape(text.encode())

    if not encoding:
        return re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
    unit = rb"(?:[\x00-\xff]{2})"
    quoted = b"|".join(
        put(mark) + rb"(?:(?!" + put(mark) + rb")" + unit + rb")*" + put(mark) for mark in "\"'"
    )
    plain = rb"(?!" + put(">") + rb"|" + put('"') + rb"|" + put("'") + rb")" + unit
    return re.compile(put("<") + rb"(?:" + plain + rb"|" + quoted + rb")*" + put(">"), re.DOTALL)


_TAG = {code: _tag_pattern(code) for code in ("", "utf-16-le", "utf-16-be")}


def _encoding(data: bytes) -> str:
    """The encoding to write in, as the bytes say it."""
    if data[:2] == b"\xff\xfe" or data[:4] == b"<\0?\0":
        return "utf-16-le"
    if data[:2] == b"\xfe\xff" or data[:4] == b"\0<\0?":
        return "utf-16-be"
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)", data)
    return declared[1].decode().lower() if declared else "utf-8"


def _text(text: str) -> str:
    return xml.escape(xml.remove_forbidden(text)[0])
