"""The parts of an Office package (ZIP with XML), read safely: bounds, no entities, no network.

Relationships that lead nowhere (NULL, #_top, an image that is missing) are no parts and do no harm.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from align.errors import FormatError, InputError
from align.outside import refuse_entities

MAX_UNPACKED = 400 << 20
MAX_ENTRIES = 20_000
_MAX_RATIO = 500  # text packs ten to one; a bomb a thousand to one
_RATIO_FROM = 20 << 20
# What comes of a part that is damaged, encrypted, or packed in a way that Python does not know.
_UNPACKING = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


class Package:
    """An Office file by its parts. Raises InputError for what is damaged or unpacks to too much."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise InputError(f"{name}: damaged document that cannot be opened") from error
        self._refuse_bombs()
        self._names = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry
                       for entry in self._archive.infolist()}  # fmt: skip

    def _refuse_bombs(self) -> None:
        entries = self._archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        packed = max(1, sum(entry.compress_size for entry in entries))
        bomb = unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * packed
        if unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES or bomb:
            raise InputError(
                f"{self.name}: unpacks to {unpacked >> 20} MB in {len(entries)} parts, which no "
                "real document does; save its text as a smaller DOCX or TXT"
            )

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def names(self) -> list[str]:
        """What its parts are called, in lower case."""
        return list(self._names)

    def data(self, part: str) -> bytes:
        """The bytes of a part."""
        entry = self._names[part.lower()]
        try:
            with self._archive.open(entry) as file:
                return file.read(MAX_UNPACKED + 1)
        except _UNPACKING as error:
            raise InputError(
                f"{self.name}: damaged document: {entry.filename} cannot be unpacked ({error})"
            ) from error

    def xml(self, part: str) -> Any | None:
        """The root of a part's XML, None where there is no such part."""
        if part not in self:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            root = etree.fromstring(self.data(part), parser)
            refuse_entities(root, f"{self.name}: {part}")
        except FormatError as error:
            raise InputError(str(error)) from error
        except (etree.XMLSyntaxError, ValueError) as error:
            raise InputError(
                f"{self.name}: damaged document that cannot be opened ({part}: {error})"
            ) from error
        return root

    def related(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Id, last word of the type, and name of the parts that `part` refers to and that exist."""
        folder, file = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        if root is None:
            return
        for relation in root:
            target = unquote(relation.get("Target", ""))
            if relation.get("TargetMode", "").lower() == "external" or not target:
                continue
            place = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
            if place in self:
                kind = relation.get("Type", "").rpartition("/")[2]
                yield relation.get("Id", ""), kind, place
