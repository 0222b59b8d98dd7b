"""Word: computed numbers, tables, notes, what is hidden or deleted, and packages that are broken."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.datatypes import Document
from align.document import read_document
from align.errors import InputError

from .make_docx import (
    NAMESPACES,
    abstract,
    item,
    level,
    make_docx,
    numbered,
    paragraph,
    run,
)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(data: bytes) -> Document:
    return read_document(BytesIO(data), name="file")


def paragraphs(document: Document) -> list[str]:
    return [document.text[part.start : part.end] for part in document.paragraphs]


def removals(document: Document) -> list[str]:
    return [f"{removal.reason}: {removal.text}" for removal in document.removals]


def listed(numbering: str, *body: str, styles: str = "") -> list[str]:
    parts = {"numbering": numbering, "styles": styles}
    return paragraphs(read(make_docx("".join(body), parts=parts)))


# Numbers


@pytest.mark.parametrize(
    ("form", "pattern", "third"),
    [
        ("decimal", "%1.", "3. Oil"),
        ("decimal", "第%1条", "第3条 Oil"),
        ("lowerLetter", "(%1)", "(c) Oil"),
        ("upperLetter", "%1.", "C. Oil"),
        ("lowerRoman", "%1)", "iii) Oil"),
        ("upperRoman", "%1.", "III. Oil"),
        ("decimalZero", "%1", "03 Oil"),
        ("ordinal", "%1", "3rd Oil"),
        ("cardinalText", "%1.", "Three. Oil"),
        ("ordinalText", "%1:", "Third: Oil"),
        ("decimalFullWidth", "%1．", "３． Oil"),
        ("decimalEnclosedCircle", "%1", "③ Oil"),
        ("chineseCounting", "%1、", "三、 Oil"),
        ("chineseCountingThousand", "第%1章", "第三章 Oil"),
        ("taiwaneseCountingThousand", "（%1）", "（三） Oil"),
        ("chineseLegalSimplified", "%1、", "叁、 Oil"),
        ("ideographLegalTraditional", "%1、", "參、 Oil"),
        ("ideographTraditional", "%1、", "丙、 Oil"),
        ("ideographZodiac", "%1、", "寅、 Oil"),
        ("ideographDigital", "%1", "三 Oil"),
        ("bullet", "\uf0b7", "Oil"),
        ("none", "%1", "Oil"),
    ],
)
def test_forms_of_numbers(form: str, pattern: str, third: str) -> None:
    numbering = abstract(0, level(0, form, pattern)) + numbered(1, 0)
    assert listed(numbering, item("One"), item("Two"), item("Oil"))[2] == third


LEVELS = (
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%1.%2"),
    level(2, "lowerLetter", "(%3)"),
)


def test_levels_count_below_one_another() -> None:
    numbering = abstract(0, *LEVELS) + numbered(1, 0)
    found = listed(
        numbering, item("a"), item("b", 1), item("c", 1), item("d", 2), item("e"), item("f", 1),
        item("g", 2), item("h", 2),
    )  # fmt: skip
    assert found == ["I. a", "I.1 b", "I.2 c", "(a) d", "II. e", "II.1 f", "(a) g", "(b) h"]


def test_legal_numbers_are_figures() -> None:
    legal = level(1, "decimal", "%1.%2", "<w:isLgl/>")
    numbering = abstract(0, LEVELS[0], legal) + numbered(1, 0)
    assert listed(numbering, item("a"), item("b", 1)) == ["I. a", "1.1 b"]


def test_a_level_that_is_not_restarted_goes_on() -> None:
    on = level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    numbering = abstract(0, LEVELS[0], on) + numbered(1, 0)
    found = listed(numbering, item("a"), item("b", 1), item("c"), item("d", 1))
    assert found == ["I. a", "1. b", "II. c", "2. d"]


def test_lists_of_one_abstract_list_go_on_and_overrides_begin_anew() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
    numbering = abstract(0, level(0, "decimal", "%1.")) + numbered(1, 0) + numbered(2, 0)
    numbering += numbered(3, 0, start.format(1)) + numbered(4, 0, start.format(7))
    found = listed(
        numbering, item("a"), item("b", 0, 2), item("c", 0, 3), item("d", 0, 3), item("e", 0, 4)
    )
    assert found == ["1. a", "2. b", "1. c", "2. d", "7. e"]


def test_a_list_may_write_a_level_of_its_own() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "lowerLetter", "%1)")}</w:lvlOverride>'
    numbering = abstract(0, level(0, "decimal", "%1.")) + numbered(1, 0, own)
    assert listed(numbering, item("a"), item("b")) == ["a) a", "b) b"]


def test_headings_are_numbered_by_styles_and_what_those_inherit() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/>'
        '<w:basedOn w:val="H2"/></w:style>'
    )
    numbering = abstract(
        0,
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="H1"/>'),
        level(1, "decimal", "%1.%2", '<w:pStyle w:val="H2"/><w:isLgl/>'),
    ) + numbered(1, 0)
    document = read(
        make_docx(
            paragraph("灯", '<w:pStyle w:val="H1"/>')
            + paragraph("油", '<w:pStyle w:val="H2"/>')
            + paragraph("芯", '<w:pStyle w:val="Own"/>')
            + paragraph("无", '<w:pStyle w:val="H2"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
            parts={"numbering": numbering, "styles": styles},
        )
    )
    assert paragraphs(document) == ["一、 灯", "1.1 油", "1.2 芯", "无"]
    assert [part.kind for part in document.paragraphs][:2] == ["heading", "heading"]


def test_a_numbering_style_gives_the_levels() -> None:
    numbering = (
        abstract(0, level(0, "lowerRoman", "%1."), more='<w:styleLink w:val="L"/>')
        + abstract(1, more='<w:numStyleLink w:val="L"/>')
        + numbered(1, 1)
    )
    assert listed(numbering, item("a"), item("b")) == ["i. a", "ii. b"]


# What Word does not show

SHOWN = '<w:vanish w:val="0"/>'
RAISED = '<w:vertAlign w:val="superscript"/>'
LOWERED = '<w:vertAlign w:val="subscript"/>'
SYMBOL = '<w:rFonts w:ascii="Symbol"/>'

DELETED_MARK = '<w:rPr><w:del w:id="1" w:author="x"/></w:rPr>'


@pytest.mark.parametrize(
    ("body", "found", "removed"),
    [
        pytest.param(
            f"<w:p>{run('Lamp')}{run(' dark', '<w:vanish/>')}{run(' oil')}</w:p>",
            ["Lamp oil"],
            ["hidden text: dark"],
            id="hidden run",
        ),
        pytest.param(f"<w:p>{run('Lamp', SHOWN)}</w:p>", ["Lamp"], [], id="not hidden"),
        pytest.param(
            f"<w:p>{run('Lamp')}<w:del w:author='x'><w:r><w:delText> old</w:delText></w:r></w:del>"
            f"<w:ins>{run(' new')}</w:ins></w:p>",
            ["Lamp new"],
            ["deleted text: old"],
            id="tracked changes",
        ),
        pytest.param(
            f"{paragraph('The lamp ', DELETED_MARK)}{paragraph('was lit.')}{paragraph('Oil.')}",
            ["The lamp was lit.", "Oil."],
            [],
            id="deleted mark joins",
        ),
        pytest.param(
            paragraph("The lamp", DELETED_MARK), ["The lamp"], [], id="deleted mark at the end"
        ),
        pytest.param(
            f"{paragraph('Lamp. ', '<w:rPr><w:specVanish/></w:rPr>')}{paragraph('It was lit.')}",
            ["Lamp. It was lit."],
            [],
            id="style separator joins",
        ),
        pytest.param(
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>dēng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>灯</w:t>"
            f"</w:r></w:rubyBase></w:ruby></w:r>{run('亮了。')}</w:p>",
            ["灯亮了。"],
            ["phonetic guide: dēng"],
            id="phonetic guide",
        ),
        pytest.param(
            f"<w:p>{run('设')}<m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r>"
            "<m:t>2</m:t></m:r></m:sup></m:sSup><m:r><m:t>=</m:t></m:r><m:f><m:num><m:r><m:t>a+b"
            "</m:t></m:r></m:num><m:den><m:r><m:t>c</m:t></m:r></m:den></m:f></m:oMath></w:p>",
            ["设x^2=(a+b)/c"],
            [],
            id="formula",
        ),
        pytest.param(
            f"<w:p>{run('10')}{run('3', RAISED)}{run(' H')}{run('2', LOWERED)}{run('O')}</w:p>",
            ["10³ H2O"],
            [],
            id="raised figures",
        ),
        pytest.param(
            '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
            f"{run(' lit ')}{run(chr(0xF0B4), SYMBOL)}</w:p>",
            ["✓ lit ×"],
            [],
            id="symbol fonts",
        ),
        pytest.param(
            f'<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText>'
            f'<w:fldChar w:fldCharType="separate"/></w:r>{run("7")}<w:r>'
            f'<w:fldChar w:fldCharType="end"/></w:r>{run(" lamps")}</w:p>',
            ["7 lamps"],
            [],
            id="field",
        ),
        pytest.param(
            f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>"
            f"{paragraph('In the box.')}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback>"
            f"<w:pict><w:txbxContent>{paragraph('In the box.')}</w:txbxContent></w:pict>"
            f"</mc:Fallback></mc:AlternateContent></w:r>{run('Outside.')}</w:p>",
            ["Outside.", "In the box."],
            [],
            id="text box once",
        ),
        pytest.param(
            f"<w:sdt><w:sdtContent>{paragraph('Lamp')}</w:sdtContent></w:sdt>",
            ["Lamp"],
            [],
            id="content control",
        ),
    ],
)
def test_what_word_shows(body: str, found: list[str], removed: list[str]) -> None:
    document = read(make_docx(body))
    assert paragraphs(document) == found
    assert removals(document) == removed


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def test_a_row_is_a_paragraph_and_a_layout_is_none() -> None:
    table = row(*map(paragraph, ("灯", "✓", ""))) + row(*map(paragraph, ("油", "", "✓")))
    layout = row(paragraph("One.") + paragraph("Two."), paragraph("Three."))
    body = f"<w:tbl>{table}</w:tbl><w:tbl>{layout}</w:tbl>{paragraph('After.')}"
    assert paragraphs(read(make_docx(body))) == ["灯 ✓", "油 ✓", "One.", "Two.", "Three.", "After."]


def test_notes_come_after_their_paragraph_and_comments_are_removed() -> None:
    reference = '<w:r><w:{}Reference w:id="{}"/></w:r>'
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>*</w:t></w:r>'
    body = (
        f"<w:p>{run('The lamp')}{reference.format('footnote', 2)}{run(' was lit.')}"
        f"{reference.format('endnote', 1)}</w:p><w:p>{run('Oil')}{own}{run(' burns.')}</w:p>"
        + paragraph("The end.")
    )
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{paragraph("-")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("Of brass.")}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph("Of whales.")}</w:footnote>'
    )
    parts = {
        "footnotes": notes,
        "endnotes": f'<w:endnote w:id="1">{paragraph("At night.")}</w:endnote>',
        "comments": f'<w:comment w:author="Lake" w:id="0">{paragraph("Check.")}</w:comment>',
        "header": paragraph("The Lamp"),
    }
    document = read(make_docx(body, parts=parts))
    assert paragraphs(document) == [
        "The lamp was lit.", "Of brass.", "At night.", "Oil burns.", "Of whales.", "The end.",
    ]  # fmt: skip
    assert sorted(removals(document)) == [
        "comment: Check.", "note mark: *", "note mark: 1", "note mark: 2",
        "running header: The Lamp",
    ]  # fmt: skip


# Packages


@pytest.mark.parametrize(
    "target", ["NULL", "../NULL", "#_top", "media/image1.png", "http://exa mple[.org:abc", "", "/"]
)
@pytest.mark.parametrize("kind", ["image", "hyperlink", "styles", "numbering"])
def test_relationships_that_lead_nowhere_do_no_harm(target: str, kind: str) -> None:
    relation = f'<Relationship Id="x" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    assert paragraphs(read(make_docx(paragraph("The lamp."), relations=relation))) == ["The lamp."]


def test_entities_are_refused_wherever_they_stand() -> None:
    prolog = '<?xml version="1.0"?><!-- x --><!DOCTYPE w [<!ENTITY a "aa">]>'
    with pytest.raises(InputError, match="declares entities of its own"):
        read(make_docx(paragraph("&a;"), prolog=prolog))


def test_the_strict_form_is_read() -> None:
    strict = NAMESPACES.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert paragraphs(read(make_docx(paragraph("The lamp."), namespaces=strict))) == ["The lamp."]


def test_a_chart_is_said_to_be_unread() -> None:
    chart = '<w:r><w:drawing><a:graphicData uri="http://x/2006/chart"/></w:drawing></w:r>'
    document = read(make_docx(f"<w:p>{run('The lamp.')}{chart}</w:p>"))
    assert document.warnings == (
        "1 diagrams, charts or embedded files are not read; check whether they hold text",
    )


RUNS = st.text(alphabet="维和天地人山水 ", min_size=1, max_size=5)
PROPERTIES = st.sampled_from(
    ["", "<w:vanish/>", "<w:b/>", '<w:vertAlign w:val="superscript"/>', '<w:rStyle w:val="none"/>']
)


@st.composite
def bodies(draw: st.DrawFn, depth: int = 2) -> str:
    """The inside of a body or cell."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("p", "del", "ins", "ruby", "tbl", "box", "sdt", "join")))
        inside = "".join(run(draw(RUNS), draw(PROPERTIES)) for _ in range(draw(st.integers(0, 3))))
        if kind in ("tbl", "box", "sdt") and depth:
            below = draw(bodies(depth - 1))
            wrap = {
                "tbl": f"<w:tbl>{row(below, paragraph('天'))}</w:tbl>",
                "box": f"<w:p><w:r><w:pict><w:txbxContent>{below}</w:txbxContent></w:pict></w:r>"
                f"{inside}</w:p>",
                "sdt": f"<w:sdt><w:sdtContent>{below}</w:sdtContent></w:sdt>",
            }
            parts.append(wrap[kind])
        elif kind == "del":
            parts.append(f"<w:p><w:del>{inside.replace('w:t', 'w:delText')}</w:del></w:p>")
        elif kind == "ins":
            parts.append(f"<w:p><w:ins>{inside}</w:ins></w:p>")
        elif kind == "ruby":
            base = f"<w:rt>{run(draw(RUNS))}</w:rt><w:rubyBase>{run(draw(RUNS))}</w:rubyBase>"
            parts.append(f"<w:p><w:r><w:ruby>{base}</w:ruby></w:r>{inside}</w:p>")
        elif kind == "join":
            parts.append(f"<w:p><w:pPr>{DELETED_MARK}</w:pPr>{inside}</w:p>")
        else:
            parts.append(f"<w:p>{inside}</w:p>")
    return "".join(parts)


@settings(max_examples=150, deadline=None)
@given(bodies())
def test_no_letter_is_lost_and_none_comes_twice(body: str) -> None:
    """Conservation: the letters of paragraphs and removals are those of the file."""
    document = read(make_docx(paragraph("门") + body))
    kept = Counter("".join([document.text, *(one.text for one in document.removals)]))
    held = Counter("门" + body)
    assert {char: kept[char] for char in "维和天地人山水门"} == {
        char: held[char] for char in "维和天地人山水门"
    }
