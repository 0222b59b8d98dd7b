"""Changes to a file as accidents and enemies make them; the same seed makes the same change."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable

Bytes = Callable[[random.Random, bytes], bytes]

# What has broken readers before, here and elsewhere.
TOKENS = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"\xf0\xa0\x80\x80", b"\r", b"\n\n\n", b"\t", b"\x0c",
    b"\x1b[31m", b"\xc2\x9b", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xc2\xb2", b"\xef\xbc\x91", b"\xe2\x91\xa0",
    b'"', b"'", b"''=", b'""', b"=1+1", b"<", b">", b"&", b"&#0;", b"&#xD800;", b"&#x110000;", b"&lol;", b"]]>",
    b"<![CDATA[", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<a:b>", b"</tu>", b"<div>" * 300, b"<i>" * 60, b"{", b"}", b"[" * 300, b"{\"a\":" * 300, b"null", b"NaN",
    b"-Infinity", b"1e400", b"-1", b"99999999999999999999", b"9" * 5000, b"0x10", b"\\ud800", b"\\u0000",
    b"_x0000_", b"_xD83D__xDE00_", b"\\x{FFFFFF}", b"(a+)+", b"[a", b"zh-", b"en--US", b"x" * 5000,
    "—".encode() * 500, "港".encode() * 500, b" " * 5000, b"a," * 300, b"file:///etc/passwd", b"http://127.0.0.1/",
    b"true", b"[]", b"{}", b'""', b"%s%n", b"../../x", b"2147483648", b"R0lGOD", b"PK\x03\x04", b"%PDF-1.7",
)  # fmt: skip


def _flip(draw: random.Random, data: bytes) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def _cut(draw: random.Random, data: bytes) -> bytes:
    start = draw.randrange(len(data))
    return data[:start] + data[start + draw.choice((1, 2, 7, 50, len(data))) :]


def _repeat(draw: random.Random, data: bytes) -> bytes:
    start = draw.randrange(len(data))
    piece = data[start : start + draw.choice((1, 3, 20, 200))]
    return data[:start] + piece * draw.choice((2, 3, 50)) + data[start:]


def _move(draw: random.Random, data: bytes) -> bytes:
    a, b, c = sorted(draw.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _insert(draw: random.Random, data: bytes) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice(TOKENS) + data[at:]


def _replace_number(draw: random.Random, data: bytes) -> bytes:
    places = [at for at, byte in enumerate(data) if 48 <= byte < 58]
    if not places:
        return _insert(draw, data)
    at = draw.choice(places)
    number = draw.choice(
        (b"-1", b"0", b"99999999999999999999", b"4294967296", b"1e9", b"\xc2\xb2", b"9" * 4400)
    )
    return data[:at] + number + data[at + 1 :]


def _replace_value(draw: random.Random, data: bytes) -> bytes:
    """Put a token in the place of what stands between two marks, as between quotes or tags."""
    mark = draw.choice((b'"', b">", b",", b"\t", b"\n", b":", b" "))
    parts = data.split(mark)
    parts[draw.randrange(len(parts))] = draw.choice(TOKENS)
    return mark.join(parts)


_CHANGES: tuple[Bytes, ...] = (
    _flip, _cut, _repeat, _move, _insert, _insert, _replace_number, _replace_value,
)  # fmt: skip


def mutated(seed: int, data: bytes) -> bytes:
    """`data` with one to four changes; those of an archive are made inside its parts, mostly."""
    draw = random.Random(seed)
    if data.startswith(b"PK\x03\x04") and draw.random() < 0.85:
        return _in_archive(draw, data)
    if data.startswith(b"\x1f\x8b") and draw.random() < 0.5:
        return zlib.compress(_changed(draw, zlib.decompress(data, 31)), wbits=31)
    return _changed(draw, data)


def _changed(draw: random.Random, data: bytes) -> bytes:
    for _ in range(draw.choice((1, 1, 2, 4))):
        if data:
            data = draw.choice(_CHANGES)(draw, data)
    return data


def _in_archive(draw: random.Random, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        names = old.namelist()
        likely = [
            name for name in names if "document.xml" in name or "sheet" in name or "String" in name
        ]
        chosen = draw.choice(likely if likely and draw.random() < 0.7 else names)
        for name in names:
            part = old.read(name)
            if name == chosen:
                if draw.random() < 0.05:
                    continue
                part = _changed(draw, part)
            new.writestr(zipfile.ZipInfo(name), part)
    return file.getvalue()
