"""Pages of kinds that nothing was made with: leaflets, side notes, line numbers, rubies, crops.

Each kind sets the items of a document and says what else a reader of the page would read: captions
and notes that must be there, and furniture (line numbers, crop marks) that must not.
"""

from __future__ import annotations

import html
import io
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from typesetting import Item, escaped

# Of our own words: what captions and notes say.
_CAPTIONS = {
    True: ("图{n}：渡口上游水位站逐月读数", "图{n}：各县捐款按用途的分配"),
    False: (
        "Figure {n}: Monthly readings at the gauge above the ferry",
        "Figure {n}: Pledges of the counties by purpose",
    ),
}
_NOTES = {
    True: ("见秘书处第{n}号说明所附的测量结果。", "该数字不包括第{n}区尚未核实的读数。"),
    False: (
        "See the survey that is annexed to note {n} of the secretariat.",
        "The figure leaves out readings of district {n} that are not verified.",
    ),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF, and the sentences that are read from it besides those of the items."""

    pdf: bytes
    more: tuple[str, ...] = ()


def _page(chinese: bool, *, paper: tuple[float, float] = (595.0, 842.0), margin: str = "60pt",
          columns: int = 1, size: float = 10.5, indent: float = 0.0, spacing: float = 1.2,
          more: str = "", lang: str = "") -> list[str]:  # fmt: skip
    lang = lang or ("zh" if chinese else "en")
    return [
        (
            f"#set page(width: {paper[0]}pt, height: {paper[1]}pt, margin: {margin}, "
            f"columns: {columns}{more})"
        ),
        f'#set text(font: ("Libertinus Serif", "Noto Serif CJK SC"), size: {size}pt, lang: "{lang}")',
        f"#set par(spacing: {spacing}em, first-line-indent: (amount: {indent}em, all: true))",
    ]


def _body(items: Sequence[Item], chinese: bool, heading: str = "*{}*") -> Iterator[str]:
    """The items as typst paragraphs, one for each; a table stands for its first row."""
    for at, item in enumerate(items):
        text = escaped(item.text(chinese))
        if item.kind in ("title", "heading"):
            text = f"#block(above: 1.6em, below: 1em, sticky: true)[{heading.format(text)}]"
        elif item.kind == "row":
            if at and items[at - 1].kind == "row":
                yield ""
                continue
            end = next((n for n in range(at, len(items)) if items[n].kind != "row"), len(items))
            rows = [row.cells for row in items[at:end]]
            columns = max(map(len, rows))
            cells = ", ".join(
                f"[{escaped(cell)}]"
                for row in rows
                for cell in (*row, *[""] * (columns - len(row)))
            )
            text = f"#table(columns: {columns}, {cells})"
        yield text


def _typst(lines: Sequence[str]) -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "main.typ"
        source.write_text("\n\n".join(lines), encoding="utf-8")
        result = typst.compile(str(source))
        assert isinstance(result, bytes)
        return result


def leaflet(items: Sequence[Item], chinese: bool) -> Made:
    """Three columns on a page across, headings centred, a rule between the columns."""
    lines = _page(chinese, paper=(842.0, 595.0), margin="34pt", columns=3, size=9.0, spacing=0.9)
    lines.append(
        "#set columns(gutter: 22pt)\n#set par(justify: true)\n#show heading: set align(center)"
    )
    return Made(_typst([*lines, *_body(items, chinese, "#align(center)[*{}*]")]))


def figures(items: Sequence[Item], chinese: bool) -> Made:
    """Two columns with figures across both, their captions below."""
    lines = _page(chinese, columns=2, size=9.5, indent=1.5, spacing=0.65)
    lines.append("#set columns(gutter: 16pt)\n#set par(justify: true)")
    more = []
    for at, text in enumerate(_body(items, chinese)):
        if at % 14 == 6:
            caption = _CAPTIONS[chinese][at // 14 % 2].format(n=at // 14 + 1)
            more.append(caption)
            lines.append(
                '#place(auto, float: true, scope: "parent")[#align(center)[#rect(width: 80%, height: '
                f"90pt, fill: luma(220))#text(size: 8.5pt)[{escaped(caption)}]]]"
            )
        lines.append(text)
    return Made(_typst(lines), tuple(more))


def side_notes(items: Sequence[Item], chinese: bool) -> Made:
    """Short summaries in the outer margin, smaller than the text."""
    lines = _page(chinese, margin="(left: 60pt, right: 190pt, y: 64pt)")
    more = []
    for at, text in enumerate(_body(items, chinese)):
        if at % 5 == 2:
            note = _NOTES[chinese][at % 2].format(n=at)
            more.append(note)
            lines.append(
                "#place(right, dx: 140pt, block(width: 118pt)[#set par(first-line-indent: 0pt)\n"
                f"#text(size: 8pt)[{escaped(note)}]])"
            )
        lines.append(text)
    return Made(_typst(lines), tuple(more))


def line_numbers(items: Sequence[Item], chinese: bool) -> Made:
    """Every line numbered in the margin, as drafts of laws are."""
    lines = _page(chinese, margin="(left: 92pt, right: 60pt, y: 64pt)", spacing=1.0)
    lines.append("#set par.line(numbering: n => text(size: 8pt)[#n])")
    return Made(_typst([*lines, *_body(items, chinese)]))


def treaty(items: Sequence[Item], chinese: bool) -> Made:
    """Article headings in two lines in the middle: the number, then the title."""
    lines = _page(chinese, indent=2.0, spacing=0.7, margin="80pt")
    more = []
    number = 0
    for item, text in zip(items, _body(items, chinese), strict=True):
        if item.kind == "heading":
            number += 1
            name = f"第{number}条" if chinese else f"Article {number}"
            more.append(name)
            title = escaped(item.text(chinese))
            text = (
                f"#block(above: 1.4em, below: 0.9em)[#align(center)[{name}#linebreak()*{title}*]]"
            )
        lines.append(text)
    return Made(_typst(lines), tuple(more))


def long_cells(items: Sequence[Item], chinese: bool) -> Made:
    """A table of three columns whose cells are paragraphs that go on overleaf."""
    held = [item for item in items if item.kind == "body" and item.sentences[-1][-1] in ".。"]
    cells = [f"[{escaped(item.text(chinese))}]" for item in held]
    lines = _page(chinese, size=9.5, spacing=1.0)
    lines.append(f"#table(columns: (1fr, 1.4fr, 1fr), {', '.join(cells)})")
    rest = [item for item in items if item not in held]
    return Made(_typst([*_body(rest, chinese), *lines]))


def boxed(items: Sequence[Item], chinese: bool) -> Made:
    """Every fourth paragraph in a frame, narrower than the text."""
    lines = _page(chinese)
    for at, text in enumerate(_body(items, chinese)):
        if at % 4 == 1 and items[at].kind == "body":
            text = f"#align(center)[#rect(width: 84%, inset: 9pt)[#set align(left)\n{text}]]"
        lines.append(text)
    return Made(_typst(lines))


def hyphenated(items: Sequence[Item], chinese: bool) -> Made:
    """Narrow justified columns whose words are divided."""
    lines = _page(chinese, columns=3, size=9.0, indent=1.0, spacing=0.65, margin="40pt")
    lines.append("#set par(justify: true)\n#set text(hyphenate: true)\n#set columns(gutter: 14pt)")
    return Made(_typst([*lines, *_body(items, chinese)]))


def parallel(items: Sequence[Item], chinese: bool) -> Made:
    """Two languages side by side are two tables' columns; here one side stands beside its notes."""
    lines = _page(chinese, size=9.5)
    more = []
    for at, text in enumerate(_body(items, chinese)):
        if not text or items[at].kind == "row":
            lines.append(text)
            continue
        note = _NOTES[chinese][at % 2].format(n=at)
        more.append(note)
        lines.append(f"#grid(columns: (1.3fr, 1fr), gutter: 20pt, [{text}], [{escaped(note)}])")
    return Made(_typst(lines), tuple(more))


def spaced_headings(items: Sequence[Item], chinese: bool) -> Made:
    """Headings in capitals' manner: letters set apart by a quarter of their size."""
    lines = _page(chinese, indent=2.0, spacing=0.7)
    return Made(_typst([*lines, *_body(items, chinese, "#text(tracking: 0.25em)[*{}*]")]))


def section_headers(items: Sequence[Item], chinese: bool) -> Made:
    """The section's title in the header of its pages, the page's number beside it."""
    lines = _page(
        chinese, paper=(420.0, 595.0), margin="52pt", size=10.0,
        more=", header: context { let found = query(selector(heading).before(here())); "
        "text(size: 8pt)[#if found.len() > 0 [#found.last().body] #h(1fr) #counter(page).display()] }",
    )  # fmt: skip
    lines.append("#show heading: it => block(above: 1.6em, below: 1em)[*#it.body*]")
    for item, text in zip(items, _body(items, chinese), strict=True):
        lines.append(f"#heading[{escaped(item.text(chinese))}]" if item.kind == "heading" else text)
    return Made(_typst(lines))


def footnotes(items: Sequence[Item], chinese: bool) -> Made:
    """Two columns, a footnote to every third paragraph, the marks within the sentences' ends."""
    lines = _page(chinese, columns=2, size=9.5, indent=1.5, spacing=0.65)
    more: list[str] = []
    for at, (item, text) in enumerate(zip(items, _body(items, chinese), strict=True)):
        if at % 3 == 1 and item.kind == "body":
            note = _NOTES[chinese][at % 2].format(n=at)
            more.append(note)
            text += f"#footnote[{escaped(note)}]"
        lines.append(text)
    return Made(_typst(lines), tuple(more))


def columns_by_chapter(items: Sequence[Item], chinese: bool) -> Made:
    """Headings across the page, the text of each chapter below in two balanced columns."""
    parts: list[str] = []
    held: list[str] = []

    def close() -> None:
        if held:
            parts.append(f"<div class=c>{''.join(held)}</div>")
            held.clear()

    for item in items:
        text = html.escape(item.text(chinese))
        if item.kind == "heading":
            close()
            parts.append(f"<h2>{text}</h2>")
        elif item.kind == "row":
            held.append(_row(item))
        else:
            held.append(f"<p>{text}</p>")
    close()
    return Made(_chromium("".join(parts), chinese, ".c { columns: 2; column-gap: 18pt } p { "
                          "margin: 0; text-indent: 1.5em; text-align: justify }"))  # fmt: skip


def drop_capitals(items: Sequence[Item], chinese: bool) -> Made:
    """An initial as high as three lines begins each paragraph after a heading."""
    parts = []
    first = True
    for item in items:
        text = html.escape(item.text(chinese))
        if item.kind == "heading":
            parts.append(f"<h2>{text}</h2>")
            first = True
        elif item.kind == "row":
            parts.append(_row(item))
        else:
            mark = " class=d" if first and len(text) > 150 // (2 if chinese else 1) else ""
            parts.append(f"<p{mark}>{text}</p>")
            first = False
    style = (
        "p.d::first-letter { float: left; font-size: 3.2em; line-height: 0.9 } p { margin: 4pt 0 }"
    )
    return Made(_chromium("".join(parts), chinese, style))


def rubies(items: Sequence[Item], chinese: bool) -> Made:
    """Readings above some characters, and emphasis dots below others (Chinese alone)."""
    parts = []
    for at, item in enumerate(items):
        text = html.escape(item.text(chinese))
        if item.kind == "row":
            parts.append(_row(item))
            continue
        if chinese and at % 3 == 0:
            text = re.sub("([一-鿿])([一-鿿])(?=[一-鿿])", r"<em>\1\2</em>", text, count=1)
        if chinese and at % 4 == 1:
            text = re.sub("河", "<ruby>河<rt>hé</rt></ruby>", text, count=2)
        parts.append(f"<{'h2' if item.kind == 'heading' else 'p'}>{text}")
    style = (
        "em { font-style: normal; text-emphasis: filled dot; text-emphasis-position: under right }"
    )
    return Made(_chromium("".join(parts), chinese, style))


def powers(items: Sequence[Item], chinese: bool) -> Made:
    """Raised and lowered figures within sentences."""
    said = (
        (
            "测得流量为2.4×10⁸立方米，溶解的CO2为3克。",
            "测得流量为2.4×10<sup>8</sup>立方米，溶解的CO<sub>2</sub>为3克。",
        )
        if chinese
        else (
            "The flow was 2.4 × 10⁸ cubic metres and the dissolved CO2 3 grams.",
            "The flow was 2.4 × 10<sup>8</sup> cubic metres and the dissolved CO<sub>2</sub> 3 grams.",
        )
    )
    parts, more = [], []
    for at, item in enumerate(items):
        text = html.escape(item.text(chinese))
        tag = "h2" if item.kind == "heading" else "p"
        parts.append(_row(item) if item.kind == "row" else f"<{tag}>{text}")
        if at % 6 == 3:
            parts.append(f"<p>{said[1]}")
            more.append(said[0])
    return Made(_chromium("".join(parts), chinese, ""), tuple(more))


def turned(items: Sequence[Item], chinese: bool) -> Made:
    """Pages stored lying and turned by the viewer (/Rotate), every second one the other way."""
    import pypdf

    source = _typst([*_page(chinese, paper=(842.0, 595.0)), *_body(items, chinese)])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(source))
    for number, page in enumerate(writer.pages):
        angle = 90 if number % 2 else 270
        page.rotate(angle)
        page.transfer_rotation_to_content()
        page.rotate(360 - angle)
    out = io.BytesIO()
    writer.write(out)
    return Made(out.getvalue())


def cropped(items: Sequence[Item], chinese: bool) -> Made:
    """A printer's sheet: marks and a job line outside of the crop box."""
    import pypdf

    slug = "odd_layouts_sheet.indd 12 2024-05-17 14:22:09"
    lines = _page(
        chinese, paper=(655.0, 902.0), margin="90pt",
        more=f", background: place(top + left, dx: 40pt, dy: 8pt, text(size: 7pt)[{escaped(slug)}])",
    )  # fmt: skip
    source = _typst([*lines, *_body(items, chinese)])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(source))
    for page in writer.pages:
        page.cropbox = pypdf.generic.RectangleObject((30, 30, 625, 872))
    out = io.BytesIO()
    writer.write(out)
    return Made(out.getvalue())


def _row(item: Item) -> str:
    """A row of a table; `_chromium` puts those that follow one another into one."""
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in item.cells)}</tr>"


def _chromium(body: str, chinese: bool, style: str) -> bytes:
    body = re.sub("(?:<tr>.*?</tr>)+", r"<table>\g<0></table>", body)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "x.html", Path(folder) / "x.pdf"
        lang = "zh" if chinese else "en"
        source.write_text(
            f"<!DOCTYPE html><html lang={lang}><meta charset=utf-8><style>@page {{ size: A4; margin: "
            f"24mm }} body {{ font: 11pt 'DejaVu Serif', 'Noto Serif CJK SC'; line-height: 1.5 }} "
            f"h2 {{ font-size: 13pt }} td {{ padding: 1pt 3pt; font-size: 8pt }} {style}</style>{body}",
            encoding="utf-8",
        )
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                   f"--user-data-dir={folder}/p", f"--print-to-pdf={out}", source.as_uri()]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return out.read_bytes()


KINDS: dict[str, tuple[str, Callable[[Sequence[Item], bool], Made]]] = {
    "leaflet, three columns": ("typst", leaflet),
    "figures across two columns": ("typst", figures),
    "side notes": ("typst", side_notes),
    "numbered lines": ("typst", line_numbers),
    "treaty articles": ("typst", treaty),
    "long cells over pages": ("typst", long_cells),
    "boxed text": ("typst", boxed),
    "narrow, hyphenated": ("typst", hyphenated),
    "side by side": ("typst", parallel),
    "letter-spaced headings": ("typst", spaced_headings),
    "section titles as headers": ("typst", section_headers),
    "footnotes, two columns": ("typst", footnotes),
    "turned pages": ("typst", turned),
    "cropped sheet": ("typst", cropped),
    "columns by chapter": ("chromium", columns_by_chapter),
    "drop capitals": ("chromium", drop_capitals),
    "rubies, emphasis": ("chromium", rubies),
    "raised and lowered": ("chromium", powers),
}
