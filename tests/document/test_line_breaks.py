"""Line breaks within a paragraph, and what a page says of its language."""

from __future__ import annotations

from io import BytesIO

import pytest

from align.document import read_bilingual, read_document
from document.make_docx import make_docx, paragraph
from document.make_pdf import make_pdf


def html(body: str, attributes: str = "", head: str = "") -> str:
    return f"<html {attributes}><head>{head}</head><body>{body}</body></html>"


def paragraphs(body: str) -> list[str]:
    return read_document(BytesIO(html(body).encode())).text.split("\n")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("<p>Write to 4 Mill Lane,<br>Lakeside.", ["Write to 4 Mill Lane, Lakeside."],
                     id="after a comma"),
        pytest.param("<p>船工应当点灯，<br>并且记账。", ["船工应当点灯，并且记账。"], id="Chinese comma"),
        pytest.param("<p>The Board of<br/>Lamps met.", ["The Board of Lamps met."], id="after of"),
        pytest.param("<p>The ferry<br>left.", ["The ferry left."], id="before a small letter"),
        pytest.param("<table><tr><td>Cost<br>(EUR)<td>5</table>", ["Cost (EUR) 5"], id="a bracket"),
        pytest.param("<h2>Report of<br><b>Lamps</b></h2><p>It", ["Report of Lamps", "It"],
                     id="heading"),
        pytest.param("<h2>Lamps<br>Oil</h2>", ["Lamps Oil"], id="heading that nothing ends"),
        pytest.param("<address>Lamp Board<br>4 Mill Lane<br>Lakeside</address>",
                     ["Lamp Board 4 Mill Lane Lakeside"], id="address"),
        pytest.param("<p>It rained.<br>We left.", ["It rained.", "We left."], id="after a stop"),
        pytest.param("<p>Oil<br>Wicks", ["Oil", "Wicks"], id="lines of a list"),
        pytest.param("<p>We need:<br>oil;<br>wicks", ["We need:", "oil;", "wicks"],
                     id="after a colon"),
        pytest.param("<p>We need oil,<br>(b) wicks", ["We need oil,", "(b) wicks"], id="a label"),
        pytest.param("<p>It rained,<br><br>and we left", ["It rained,", "and we left"],
                     id="two breaks"),
        pytest.param("<p>It rained,<hr>and we left", ["It rained,", "and we left"], id="a rule"),
        pytest.param("<p>It rained,<p>and we left", ["It rained,", "and we left"], id="elements"),
        pytest.param("<p>Dear Ms Lake,<br>It rained.", ["Dear Ms Lake,", "It rained."],
                     id="letter"),
    ],
)  # fmt: skip
def test_breaks_of_a_page(body: str, found: list[str]) -> None:
    assert paragraphs(body) == found


ENGLISH, CHINESE = "<p>The lamps are lit at dusk.", "<p>渡口的灯在黄昏时点亮，由船工看守。"
HONG_KONG = "<p>渡口的燈在黃昏時點亮，由船工看守。"


@pytest.mark.parametrize(
    ("page", "lang"),
    [
        pytest.param(html(ENGLISH, 'lang="en-GB"'), "en-GB", id="root"),
        pytest.param(html(ENGLISH, 'xml:lang="en_gb"'), "en-GB", id="xml:lang"),
        pytest.param(html(HONG_KONG, "lang=zh-HK"), "zh-HK", id="a region of Chinese"),
        pytest.param(html(HONG_KONG, "lang=zh-Hant"), "zh-Hant", id="a script"),
        pytest.param(html(CHINESE, "lang=zh-SG"), "zh-SG", id="another region"),
        pytest.param(
            html(ENGLISH, head='<meta http-equiv=Content-Language content="en-AU, fr">'), "en-AU",
            id="meta",
        ),
        pytest.param(f"<html lang=fr><body lang=en-IE>{ENGLISH}", "en-IE", id="body before root"),
        pytest.param(html(ENGLISH, "lang=en"), "en-US", id="no more than what is seen"),
        pytest.param(html(CHINESE, "lang=en-GB"), "zh-CN", id="of a template"),
        pytest.param(html(CHINESE, "lang=zh-HK"), "zh-CN", id="of another script"),
        pytest.param(html(ENGLISH, 'lang="en-?"'), "en-US", id="nonsense"),
        pytest.param(html(ENGLISH), "en-US", id="nothing"),
    ],
)  # fmt: skip
def test_the_language_that_a_page_states(page: str, lang: str) -> None:
    assert read_document(BytesIO(page.encode())).lang == lang


def test_a_language_that_somebody_gives_comes_first() -> None:
    page = BytesIO(html(ENGLISH, 'lang="en-GB"').encode())
    assert read_document(page, lang="en-CA").lang == "en-CA"


def test_the_english_side_of_a_page_in_both() -> None:
    page = html("<p>灯亮了。<p>The lamp is lit.<p>船来了。<p>The ferry has come.", "lang=en-GB")
    assert [side.lang for side in read_bilingual(BytesIO(page.encode()))] == ["zh-CN", "en-GB"]


def test_the_language_of_a_pdf() -> None:
    data = make_pdf([["The lamps are lit at dusk."]], lang="en-GB")
    assert read_document(BytesIO(data)).lang == "en-GB"
    assert read_document(BytesIO(make_pdf([["The lamps are lit at dusk."]]))).lang == "en-US"


def test_the_language_of_a_word_document() -> None:
    said = '<w:lang w:val="en-GB" w:eastAsia="zh-HK"/>'
    styles = f"<w:docDefaults><w:rPrDefault><w:rPr>{said}</w:rPr></w:rPrDefault></w:docDefaults>"
    for text, lang in (
        ("The lamps are lit at dusk.", "en-GB"),
        ("渡口的燈在黃昏時點亮。", "zh-HK"),
    ):
        data = make_docx(paragraph(text), parts={"styles": styles})
        assert read_document(BytesIO(data)).lang == lang
