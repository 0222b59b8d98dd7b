"""Small files of every format, in our own words: what mutations begin with."""

from __future__ import annotations

import gzip
import io
import json
from functools import cache
from pathlib import Path

from align.datatypes import TranslationUnit

_HERE = Path(__file__).resolve().parent.parent
ZH = """港务局年度报告

1. 新码头于2023年5月14日开放，耗资300万元，比上年增加12.5%。
2. 委员会通过了第44(2022)号决议，决定“加快”疏浚工作；见附件三。
　　（a）渡轮每天往返九次……
　　（b）夜间航行须经批准。

林女士说：“港口不只是港口，也是城市的门。”
"""
EN = """Annual report of the port authority

1. The new pier opened on 14 May 2023 at a cost of 3 million yuan, 12.5 per cent more than the year before.
2. The committee adopted resolution 44 (2022) and decided to "speed up" the dredging; see annex III.
    (a) The ferry runs nine times a day...
    (b) Sailing at night needs a permit.

Ms. Lin said: "A port is not only a port, it is the city's door."
"""


def units() -> list[TranslationUnit]:
    """Four units with every field in use."""
    return [
        TranslationUnit("新码头开放了。", "The new pier has opened.", id="a1", confidence=0.93),
        TranslationUnit(
            "渡轮每天往返9次。", "The ferry runs nine times a day.", id="a2", bead_type="1-1",
            paragraph="2", page=3, symbol="P/22/7", note="from the timetable", state="reviewed",
            origin="timetable", created="20240101T000000Z", props=(("x-client", "harbour"),),
        ),
        TranslationUnit("见附件三。", "See annex III.", id="a3"),
        TranslationUnit("=1+1 是公式", "+1 'quoted' & <tagged>", id="a4"),
    ]  # fmt: skip


@cache
def seeds() -> dict[str, bytes]:
    """File name → its bytes; the ending says what it is."""
    from align.formats import tables, tmx
    from align.report.sheet import write_sheet

    sheet, memory, xlsx, csv = (io.BytesIO() for _ in range(4))
    write_sheet(sheet, units())
    tmx.write_units(memory, units(), created="20240101T000000Z")
    rows = [{"zh": unit.source, "en": unit.target, "note": unit.note or ""} for unit in units()]
    tables.write_table(xlsx, rows, ["zh", "en", "note"], kind="xlsx")
    tables.write_table(csv, rows, ["zh", "en", "note"], kind="csv")
    lines = [
        json.dumps(
            {"source": u.source, "target": u.target, "id": u.id, "confidence": u.confidence,
             "page": u.page, "props": [list(p) for p in u.props]}, ensure_ascii=False,
        )
        for u in units()
    ]  # fmt: skip
    cases = _HERE / "formats" / "cases"
    return {
        "zh.txt": ZH.encode(),
        "en.txt": EN.encode(),
        "gb.txt": ZH.encode("gb18030"),
        "wide.txt": ZH.encode("utf-16"),
        "page.html": _html().encode(),
        "report.docx": _docx(),
        "table.docx": _docx(table=True),
        "report.pdf": _pdf(),
        "units.tmx": memory.getvalue(),
        "units.tmx.gz": gzip.compress(memory.getvalue(), mtime=0),
        "inline.tmx": (cases / "memoq.tmx").read_bytes(),
        "units.jsonl": "\n".join(lines).encode(),
        "units.csv": csv.getvalue(),
        "units.tsv": "zh\ten\n新码头\t\"new\npier\"\n'=1\t'+1\n".encode(),
        "units.xlsx": xlsx.getvalue(),
        "units.xlf": _XLIFF.encode(),
        "units.po": _PO.encode(),
        "review.xlsx": sheet.getvalue(),
        "terms.tbx": (cases / "written.tbx").read_bytes(),
        "terms.csv": "zh,en,status\n码头,pier,preferred\n轮渡,ferry,admitted\n".encode(),
        "rules.srx": _SRX.encode(),
        "gold.beads": b"[0]:[0]\n[1,2]:[1]\n[]:[2]\n[3]:[3,4]:0.25\n",
        "pairs.csv": b"zh,en,reason,confidence\nzh.txt,en.txt,name,0.9\n",
        "pairs.jsonl": b'{"zh": "zh.txt", "en": "en.txt", "confidence": 0.5}\n',
        "waivers.tsv": b"rule\tsource\treason\nnumber-mismatch\t9\tas agreed\n",
        "baseline.json": b'{"version": 1, "findings": ["0123456789abcdef01234567"]}\n',
        "work.alignproject": _project(),
    }


def _html() -> str:
    items = "".join(f"<li>{line}</li>" for line in EN.splitlines() if line)
    return (
        f"<!DOCTYPE html><html><head><title>Port</title><style>p {{ color: red }}</style></head><body>"
        f"<h1>Port &amp; pier</h1><p>The <b>new</b> pier<br>opened.<ol start='3'>{items}</ol>"
        f"<table><tr><td>ferry</td><td>渡轮</td></tr></table><script>1 < 2</script></body></html>"
    )


def _docx(*, table: bool = False) -> bytes:
    import docx

    document = docx.Document()
    if table:
        grid = document.add_table(rows=0, cols=2)
        for unit in units():
            cells = grid.add_row().cells
            cells[0].text, cells[1].text = unit.source, unit.target
    else:
        document.add_heading("Port", 1)
        for line in EN.splitlines():
            document.add_paragraph(line)
        document.add_paragraph("an item", style="List Number")
        document.sections[0].header.paragraphs[0].text = "P/22/7"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _pdf() -> bytes:
    import sys

    sys.path.append(str(_HERE / "document"))
    from make_pdf import make_pdf  # type: ignore[import-not-found]

    lines = [line[:60] for line in EN.splitlines() if line]
    made: bytes = make_pdf([lines, [*lines[::-1], "2"]])
    return made


def _project() -> bytes:
    from align.datatypes import Document, Paragraph, Segment
    from align.project.edits import Row
    from align.project.files import Head, _line, packed

    sides = []
    for lang, texts in (("zh-CN", ("新码头。", "见附件。")), ("en-US", ("A new pier.", "See it."))):
        text = "\n".join(texts)
        starts = (0, len(texts[0]) + 1)
        segments = tuple(
            Segment(part, lang, start, start + len(part), place)
            for place, (part, start) in enumerate(zip(texts, starts, strict=True))
        )
        paragraphs = tuple(Paragraph(s.start, s.end, n) for n, s in enumerate(segments, 1))
        sides.append(Document("a.txt", lang, text, paragraphs, segments, line_map=((0, 1),)))
    rows = [Row(range(k, k + 1), range(k, k + 1), 0.9) for k in range(2)]
    head = packed(Head(sides[0], sides[1], None, ("a", "b")), rows)
    change = {"do": "reviewed", "at": 0, "when": "", "old": [[0, 1, 0, 1, 0.9]],
              "new": [[0, 1, 0, 1, 0.9, {"state": "reviewed"}]]}  # fmt: skip
    return head + _line(change) + _line({"do": "undo"})


_XLIFF = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.txt" source-language="zh-CN" target-language="en-US" datatype="plaintext"><body>
<trans-unit id="1"><source>新<g id="1">码头</g>开放。</source><target state="translated">The new
<g id="1">pier</g> opened.</target><note>port</note></trans-unit>
<group id="g"><trans-unit id="2"><source>渡轮<x id="1"/></source><target>Ferry<x id="1"/></target>
</trans-unit></group></body></file></xliff>
"""
_PO = """msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#: a.c:1
msgctxt "menu"
msgid "新码头"
msgstr "New pier"

#, fuzzy
msgid "渡轮 %d 次"
msgid_plural "渡轮 %d 次"
msgstr[0] "Ferry, %d time"
msgstr[1] "Ferry, %d times"
"""
_SRX = r"""<?xml version="1.0" encoding="UTF-8"?>
<srx version="2.0" xmlns="http://www.lisa.org/srx20"><header segmentsubflows="yes" cascade="yes"/>
<body><languagerules><languagerule languagerulename="en">
<rule break="no"><beforebreak>\bMs\.</beforebreak><afterbreak>\s</afterbreak></rule>
<rule break="yes"><beforebreak>[;\x{2026}]</beforebreak><afterbreak>\s+</afterbreak></rule>
</languagerule></languagerules>
<maprules><languagemap languagepattern="(?i)en.*" languagerulename="en"/></maprules></body></srx>
"""
