"""Documents set by real engines (typst, LibreOffice, Chromium) in many layouts, with their truth."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph to be set: its sentences, and what it is."""

    sentences: tuple[str, ...]
    kind: str = "body"  # "title", "heading", "body", "row"
    cells: tuple[str, ...] = ()
    note: str = ""  # the text of a footnote to this paragraph

    def text(self, chinese: bool) -> str:
        return ("" if chinese else " ").join(self.sentences)


@dataclass(frozen=True, slots=True)
class Layout:
    """How typst sets a document. Lengths are in points unless their name says em."""

    name: str = "one-column"
    paper: tuple[float, float] = (595.0, 842.0)
    margin: float = 72.0
    columns: int = 1
    gutter: float = 18.0
    font: str = ""
    size: float = 11.0
    leading_em: float = 0.65
    spacing_em: float = 1.2  # between paragraphs
    indent_em: float = 0.0
    justify: bool = True
    hyphenate: bool = False
    heading_size_em: float = 1.2
    heading_bold: bool = True
    heading_centred: bool = False
    header: str = ""  # typst content; {page} is the page's number
    footer: str = ""
    first_header: bool = True  # whether the first page has them too
    table: str = "ruled"  # "ruled", "booktabs", "bare"
    hanging: bool = False  # labels hang before their text
    tracking_em: float = 0.0
    contents: bool = False
    slides: bool = False
    masthead: str = ""
    options: dict[str, str] = field(default_factory=dict)


_SPECIAL = re.compile(r"([\\#$*_`@<>\[\]~/=+\-\"'])")
_LABEL = re.compile(
    r"(?:\(?[0-9a-z]{1,3}[.)]|\(?[ivx]{1,5}\)|[•–]|（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、)\s*"
)


def escaped(text: str) -> str:
    """`text` as typst shows it, character for character."""
    return _SPECIAL.sub(r"\\\1", text)


def typst_source(items: Sequence[Item], layout: Layout, chinese: bool) -> str:
    """A document in typst's language."""
    font = layout.font or ("Noto Serif CJK SC" if chinese else "Libertinus Serif")
    align = lambda content, centred: f"#align(center)[{content}]" if centred else content  # noqa: E731
    head = layout.header.replace("{page}", "#context counter(page).display()")
    foot = layout.footer.replace("{page}", "#context counter(page).display()")
    guard = "" if layout.first_header else "if counter(page).get().first() > 1 "
    lines = [
        f"#set page(width: {layout.paper[0]}pt, height: {layout.paper[1]}pt, margin: {layout.margin}pt, "
        f"columns: {layout.columns}"
        + (f", header: context {{ {guard}[{head}] }}" if head else "")
        + (f", footer: context {{ {guard}[{foot}] }}" if foot else "")
        + ")",
        f"#set columns(gutter: {layout.gutter}pt)",
        (
            f'#set text(font: ("{font}", "Noto Serif CJK SC"), size: {layout.size}pt, '
            f'lang: "{"zh" if chinese else "en"}", hyphenate: {str(layout.hyphenate).lower()}, '
            f"tracking: {layout.tracking_em}em)"
        ),
        (
            f"#set par(leading: {layout.leading_em}em, spacing: {layout.spacing_em}em, "
            f"justify: {str(layout.justify).lower()}, "
            f"first-line-indent: (amount: {layout.indent_em}em, all: true))"
        ),
    ]
    if layout.masthead:
        lines.append(f'#place(top + center, scope: "parent", float: true)[{layout.masthead}]')
    if layout.contents:
        lines += [
            '#outline(title: "Contents")' if not chinese else '#outline(title: "目录")',
            "#pagebreak()",
        ]
    rows: list[Item] = []
    for item in [*items, Item((), "end")]:
        if item.kind == "row":
            rows.append(item)
            continue
        if rows:
            lines += [_table(rows, layout), ""]
            rows = []
        if item.kind == "end":
            break
        text = escaped(item.text(chinese))
        if item.note:
            text += f"#footnote[{escaped(item.note)}]"
        if item.kind in ("title", "heading"):
            big = layout.heading_size_em * (1.3 if item.kind == "title" else 1.0)
            weight = "bold" if layout.heading_bold else "regular"
            if layout.slides and item.kind == "heading":
                lines.append("#pagebreak(weak: true)")
            styled = f'#text(size: {big}em, weight: "{weight}")[{text}]'
            if layout.contents and item.kind == "heading":
                lines.append(
                    f'#show heading: it => text(size: {big}em, weight: "{weight}", it.body)'
                )
                lines.append(f"#heading(level: 1)[{text}]")
            else:
                lines.append(
                    f"#block(above: {layout.spacing_em + 0.4}em, below: {layout.spacing_em}em)"
                    f"[{align(styled, layout.heading_centred)}]"
                )
        else:
            label = _LABEL.match(item.sentences[0])
            if layout.hanging and label:
                rest = escaped(item.text(chinese)[label.end() :])
                if item.note:
                    rest += f"#footnote[{escaped(item.note)}]"
                own = escaped(label[0].strip())
                flush = "par(first-line-indent: 0pt)"
                lines.append(f"#grid(columns: (2.2em, 1fr), [{own}], {flush}[{rest}])")
            else:
                lines.append(text)
        lines.append("")
    return "\n".join(lines)


def _table(rows: Sequence[Item], layout: Layout) -> str:
    columns = max(len(item.cells) for item in rows)
    stroke = {"ruled": "0.5pt", "bare": "none", "booktabs": "none"}[layout.table]
    cells = []
    for item in rows:
        cells += [
            f"[{escaped(cell)}]" for cell in (*item.cells, *[""] * (columns - len(item.cells)))
        ]
    rules = ""
    if layout.table == "booktabs":
        rules = "table.hline(), "
    return (
        f"#table(columns: {columns}, stroke: {stroke}, {rules}"
        + ", ".join(cells)
        + (", table.hline()" if layout.table == "booktabs" else "")
        + ")"
    )


def with_typst(items: Sequence[Item], layout: Layout, chinese: bool) -> bytes:
    """The PDF that typst makes."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "main.typ"
        source.write_text(typst_source(items, layout, chinese), encoding="utf-8")
        result = typst.compile(str(source))
        assert isinstance(result, bytes)
        return result


def html_source(items: Sequence[Item], layout: Layout, chinese: bool) -> str:
    """A document in HTML, for printing."""
    font = layout.font or ("Noto Serif CJK SC" if chinese else "DejaVu Serif")
    style = (
        f"@page {{ size: {layout.paper[0]}pt {layout.paper[1]}pt; margin: {layout.margin}pt }} "
        f"body {{ font: {layout.size}pt '{font}'; margin: 0; "
        f"line-height: {1 + layout.leading_em * 0.8}; "
        f"text-align: {'justify' if layout.justify else 'left'}; columns: {layout.columns}; "
        f"column-gap: {layout.gutter}pt; hyphens: {'auto' if layout.hyphenate else 'manual'}; "
        f"letter-spacing: {layout.tracking_em}em }} "
        f"p {{ margin: {max(0.0, layout.spacing_em - layout.leading_em)}em 0; "
        f"text-indent: {layout.indent_em}em }} "
        f"h1, h2 {{ font-size: {layout.heading_size_em}em; "
        f"text-align: {'center' if layout.heading_centred else 'left'}; "
        f"font-weight: {'bold' if layout.heading_bold else 'normal'} }} "
        + (
            "td { border: 0.5pt solid; padding: 2pt 5pt } table { border-collapse: collapse } "
            if layout.table == "ruled"
            else "td { padding: 2pt 12pt }"
        )
    )
    parts = []
    rows: list[Item] = []
    for item in [*items, Item((), "end")]:
        if item.kind == "row":
            rows.append(item)
            continue
        if rows:
            body = "".join(
                "<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row.cells) + "</tr>"
                for row in rows
            )
            parts.append(f"<table>{body}</table>")
            rows = []
        tag = {"title": "h1", "heading": "h2", "body": "p", "end": ""}[item.kind]
        if tag:
            parts.append(f"<{tag}>{html.escape(item.text(chinese))}</{tag}>")
    lang = "zh" if chinese else "en"
    head = f"<!DOCTYPE html><html lang={lang}><meta charset=utf-8><title>x</title>"
    return f"{head}<style>{style}</style>{''.join(parts)}"


def with_chromium(items: Sequence[Item], layout: Layout, chinese: bool) -> bytes:
    """The PDF that Chromium prints."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "x.html", Path(folder) / "x.pdf"
        source.write_text(html_source(items, layout, chinese), encoding="utf-8")
        command = [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder}/p",
            f"--print-to-pdf={out}",
        ]
        if not layout.header:
            command.append("--no-pdf-header-footer")
        subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=120)
        return out.read_bytes()


def docx_bytes(items: Sequence[Item], layout: Layout, chinese: bool, path: Path) -> None:
    """Write a Word document."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Pt(layout.paper[0]), Pt(layout.paper[1])
    section.left_margin = section.right_margin = Pt(layout.margin)
    section.top_margin = section.bottom_margin = Pt(layout.margin)
    if layout.columns > 1:
        columns = section._sectPr.xpath("./w:cols")[0]
        columns.set(qn("w:num"), str(layout.columns))
        columns.set(qn("w:space"), str(int(layout.gutter * 20)))
    font = layout.font or ("Noto Serif CJK SC" if chinese else "DejaVu Serif")
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = font, Pt(layout.size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    section.header.paragraphs[0].text = layout.header.replace("{page}", "")
    if layout.footer:
        section.footer.paragraphs[0].text = layout.footer.replace("{page}", "")
    rows: list[Item] = []
    for item in [*items, Item((), "end")]:
        if item.kind == "row":
            rows.append(item)
            continue
        if rows:
            table = made.add_table(0, max(len(row.cells) for row in rows))
            room = layout.paper[0] - 2 * layout.margin - (layout.columns - 1) * layout.gutter
            for column in table.columns:
                column.width = Pt(room / layout.columns / len(table.columns))
            if layout.table == "ruled":
                table.style = "Table Grid"
            for row in rows:
                for at, (cell, text) in enumerate(
                    zip(table.add_row().cells, row.cells, strict=False)
                ):
                    cell.text = text
                    cell.width = table.columns[at].width
            rows = []
        if item.kind == "end":
            break
        paragraph = made.add_paragraph()
        run = paragraph.add_run(item.text(chinese))
        form = paragraph.paragraph_format
        form.line_spacing = 1 + layout.leading_em * 0.5
        form.space_after = Pt(max(0.0, layout.spacing_em - layout.leading_em) * layout.size)
        form.space_before = Pt(0)
        if item.kind in ("title", "heading"):
            run.font.size = Pt(layout.size * layout.heading_size_em)
            run.bold = layout.heading_bold
            form.space_before = Pt(layout.size)
            form.space_after = Pt(layout.size * 0.6)
            if layout.heading_centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            form.first_line_indent = Pt(layout.indent_em * layout.size)
            if layout.justify:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    made.save(str(path))


_TAGGED = '{"UseTaggedPDF":{"type":"boolean","value":"true"}}'


def with_libreoffice(jobs: Sequence[tuple[Sequence[Item], Layout, bool]]) -> list[bytes]:
    """The tagged PDFs that LibreOffice makes of Word documents, all in one start of the program."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, (items, layout, chinese) in enumerate(jobs):
            path = Path(folder) / f"{number}.docx"
            docx_bytes(items, layout, chinese, path)
            names.append(str(path))
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", f"pdf:writer_pdf_Export:{_TAGGED}", "--outdir", folder, *names],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        return [Path(name).with_suffix(".pdf").read_bytes() for name in names]


def has(program: str) -> bool:
    """Whether an engine is installed."""
    return shutil.which(program) is not None


def corpus_items(name: str, side: str) -> list[Item]:
    """A document of corpora/ as items: paragraphs of sentences, rows of cells, headings."""
    from align.document.structure import looks_like_heading

    items: list[Item] = []
    letter = {"zh": "Z", "en": "E"}[side]
    sentences: list[str] = []
    for line in (ROOT / "corpora" / name / "source.txt").read_text(encoding="utf-8").splitlines():
        if line[:2] == f"{letter} ":
            if sentences:
                items.append(_item(sentences))
            sentences = [line[2:]]
        elif line[:2] == f"{letter.lower()} ":
            sentences.append(line[2:])
    items.append(_item(sentences))
    return [
        replace(item, kind="heading")
        if item.kind == "body"
        and len(item.sentences) == 1
        and looks_like_heading(item.sentences[0])
        and not _LABEL.match(item.sentences[0])
        else item
        for item in items
    ]


def _item(sentences: Sequence[str]) -> Item:
    if " | " in sentences[0]:
        cells = tuple(sentences[0].split(" | "))
        return Item(cells, "row", cells)
    return Item(tuple(sentences))


def layouts() -> Iterator[tuple[str, str, Layout]]:
    """Name, engine and layout of what the benchmark sets."""
    base = Layout()
    yield "one column", "typst", replace(base, footer="#align(center)[{page}]")
    yield "two columns, masthead", "typst", replace(
        base, columns=2, size=10.0, indent_em=2.0, spacing_em=0.65, hyphenate=True, first_header=False,
        masthead="#text(size: 16pt)[*United Nations*] #h(1fr) A/C.7/78/SR.14 #line(length: 100%)",
        header="A/C.7/78/SR.14", footer="{page}\\/7 #h(1fr) 23\\-19876",
    )  # fmt: skip
    yield (
        "notes at the foot",
        "typst",
        replace(base, footer="#align(center)[{page}]", spacing_em=1.0),
    )
    yield (
        "contents, bare tables",
        "typst",
        replace(
            base,
            contents=True,
            table="bare",
            header="Report of the Fund #h(1fr) {page}",
            justify=False,
        ),
    )
    yield "slides", "typst", replace(
        base, slides=True, paper=(720.0, 405.0), margin=48.0, size=16.0, justify=False,
        footer="Shared Rivers #h(1fr) {page}", heading_size_em=1.6,
    )  # fmt: skip
    yield (
        "tracked, half-width",
        "typst",
        replace(base, tracking_em=0.05, size=10.5, indent_em=2.0, spacing_em=0.8),
    )
    yield (
        "hanging labels",
        "typst",
        replace(base, hanging=True, heading_centred=True, table="booktabs"),
    )
    yield (
        "Word, justified",
        "libreoffice",
        replace(base, header="Report of the Fund", spacing_em=1.3),
    )
    yield (
        "Word, two columns",
        "libreoffice",
        replace(base, columns=2, size=9.5, indent_em=2, spacing_em=0.65),
    )
    yield "web page (tagged)", "chromium", replace(base, justify=False, spacing_em=1.5)
    yield (
        "web page, two columns",
        "chromium",
        replace(base, columns=2, size=10.0, indent_em=2.0, spacing_em=0.65),
    )


Engine = Callable[[Sequence[Item], Layout, bool], bytes]
ENGINES: dict[str, Engine] = {
    "typst": with_typst,
    "chromium": with_chromium,
    "libreoffice": lambda items, layout, chinese: with_libreoffice([(items, layout, chinese)])[0],
}


PROGRAMS = {"chromium": "chromium", "libreoffice": "soffice"}


def unseen_layouts() -> Iterator[tuple[str, str, Layout]]:
    """Layouts that neither the code nor its weights were made with."""
    base = Layout()
    yield (
        "B5 book, small indent",
        "typst",
        replace(base, paper=(499.0, 709.0), margin=54.0, size=9.0, leading_em=0.72, spacing_em=0.72,
                indent_em=1.2, hyphenate=True, header="#h(1fr) Corpora #h(1fr) {page}"),
    )  # fmt: skip
    yield (
        "three columns, ragged",
        "typst",
        replace(base, paper=(842.0, 595.0), margin=40.0, columns=3, gutter=20.0, size=9.0,
                justify=False, spacing_em=1.0, footer="{page} \\/ 9"),
    )  # fmt: skip
    yield (
        "double-spaced draft",
        "typst",
        replace(base, size=12.0, leading_em=1.4, spacing_em=1.4, indent_em=3.0, justify=False,
                header="DRAFT #h(1fr) Not for circulation", footer="#align(right)[Page {page}]"),
    )  # fmt: skip
    yield (
        "sans, tight, hanging",
        "typst",
        replace(base, font="DejaVu Sans", size=8.5, leading_em=0.45, spacing_em=0.9, hanging=True,
                heading_size_em=1.0, table="bare", footer="© 2024 #h(1fr) {page}"),
    )  # fmt: skip
    yield (
        "web page, wide",
        "chromium",
        replace(base, paper=(842.0, 595.0), margin=30.0, size=13.0, justify=True, hyphenate=True,
                spacing_em=1.1, table="bare"),
    )  # fmt: skip
    yield (
        "Word, indents, footer",
        "libreoffice",
        replace(base, size=12.0, indent_em=2.0, spacing_em=0.65, heading_centred=True,
                footer="Shared Rivers Fund", justify=False),
    )  # fmt: skip
