"""A PDF writer of one page for tests: a text layer of any characters, without a font file.

Each character is drawn with a two-byte code that is its UTF-16 value; a ToUnicode map says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WHOLE = b"1 beginbfrange <0000> <FFFF> <0000> endbfrange"
_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
%s
endcmap CMapName currentdict /CMap defineresource pop end end"""


def make_pdf(
    pages: list[list[str]],
    *,
    encrypted: bool = False,
    pictures: dict[int, list[tuple[int, int, int, int]]] | None = None,
    maps: bytes = _WHOLE,
    lang: str = "",
) -> bytes:
    """The bytes of a PDF with a line of text for each string.

    `maps` are the sections of the font's map. `pictures` of a page, 0-based, are grey: (left, bottom, width, height) on a page of 900 by 800.
    """
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {f'/Lang ({lang}) ' if lang else ''}>>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H "
            b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
        ),
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /DW 1000 "
            b"/W [32 126 500] /CIDSystemInfo "
            b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ),
        _stream(_TO_UNICODE % maps),
    ]
    for number, lines in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 800] /Resources "
            b"<< /Font << /F 3 0 R >> >> /Contents %d 0 R >>" % (7 + 2 * number)
        )
        shown = [f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td" for line in lines]
        drawn = "".join(
            f"q {w} 0 0 {h} {x} {y} cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q "
            for x, y, w, h in (pictures or {}).get(number, [])
        )
        objects.append(_stream(f"{drawn}BT /F 10 Tf 20 760 Td {' '.join(shown)} ET".encode()))
    return _file(objects, encrypted)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _file(objects: list[bytes], encrypted: bool) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b""
    if encrypted:  # no password opens this, which is all that the test needs
        lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <%s> /U <%s> >> " % (
            b"00" * 32,
            b"11" * 32,
        )
        lock += b"/ID [<00> <00>] "
    size = len(objects) + 1
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s>>\n"
        % (
            size,
            table,
            size,
            lock,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(data)
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is drawn in one go, in points from the page's lower left corner."""

    text: str
    x: float
    y: float
    page: int = 0
    size: float = 10.0
    artifact: bool = False


# An element of a structure tree: its type, and its kids: numbers of pieces and elements.
Tree = tuple[str, Sequence["int | Tree"]]


def make_tagged(pieces: Sequence[Piece], tree: Sequence[Tree], *, loops: bool = False) -> bytes:
    """The bytes of a tagged PDF on pages of 600 by 800; a piece that no element names has no tag.

    `loops` gives every element the first one as a kid once more.
    """
    n_pages = 1 + max(piece.page for piece in pieces)
    root = 6 + 2 * n_pages
    first = root + 1  # of the elements
    elements: list[bytes] = []
    number_on_page: dict[int, int] = {}
    for page in range(n_pages):
        own = [at for at, piece in enumerate(pieces) if piece.page == page]
        number_on_page |= {at: number for number, at in enumerate(own)}
    parents: dict[int, int] = {}

    def add(element: Tree, parent: int) -> int:
        kind, kids = element
        at = first + len(elements)
        elements.append(b"")
        held = []
        for kid in kids:
            if isinstance(kid, int):
                parents.setdefault(kid, at)
                page = 6 + 2 * pieces[kid].page
                held.append(f"<< /Type /MCR /Pg {page} 0 R /MCID {number_on_page[kid]} >>")
            else:
                held.append(f"{add(kid, at)} 0 R")
        if loops:
            held.append(f"{first} 0 R")
        elements[at - first] = (
            f"<< /Type /StructElem /S /{kind} /P {parent} 0 R /K [{' '.join(held)}] >>".encode()
        )
        return at

    add(("Document", tree), root)
    numbers = ""
    for page in range(n_pages):
        own = [at for at, piece in enumerate(pieces) if piece.page == page]
        names = [f"{parents[at]} 0 R" if at in parents else "null" for at in own]
        numbers += f"{page} [{' '.join(names)}] "
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(n_pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot %d 0 R >>"
        % root,
        f"<< /Type /Pages /Kids [{kids}] /Count {n_pages} >>".encode(),
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H "
            b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
        ),
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /DW 1000 "
            b"/W [32 126 500] /CIDSystemInfo "
            b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ),
        _stream(_TO_UNICODE % _WHOLE),
    ]
    for page in range(n_pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /StructParents %d /Resources "
            b"<< /Font << /F 3 0 R >> >> /Contents %d 0 R >>" % (page, 7 + 2 * page)
        )
        drawn = []
        for at, piece in enumerate(pieces):
            if piece.page == page:
                mark = (
                    "/Artifact BMC"
                    if piece.artifact
                    else f"/P << /MCID {number_on_page[at]} >> BDC"
                )
                shown = piece.text.encode("utf-16-be").hex()
                drawn.append(
                    f"{mark} BT /F {piece.size} Tf {piece.x} {piece.y} Td <{shown}> Tj ET EMC"
                )
        objects.append(_stream("\n".join(drawn).encode()))
    objects.append(
        f"<< /Type /StructTreeRoot /K {first} 0 R /ParentTree << /Nums [{numbers}] >> >>".encode()
    )
    objects += elements
    return _file(objects, encrypted=False)
