"""HTML: all of a page, whatever its nesting, with labels, cells, notes and raised characters."""

from __future__ import annotations

import time
from collections import Counter
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.datatypes import Document
from align.document import read_document
from align.document.reading import to_blocks


def read(body: str, head: str = "") -> Document:
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    )
    return read_document(BytesIO(page.encode()), name="page")


def paragraphs(document: Document) -> list[str]:
    return [document.text[part.start : part.end] for part in document.paragraphs]


def removals(document: Document) -> list[str]:
    return [f"{removal.reason}: {removal.text}" for removal in document.removals]


@pytest.mark.parametrize(
    ("depth", "tag"),
    [(256, "div"), (256, "i"), (256, "table"), (5_000, "ul"), (5_000, "p"), (5_000, "blockquote"),
     (100_000, "div"), (100_000, "font")],
)  # fmt: skip
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_what_stands_behind_deep_nesting_is_read(depth: int, tag: str, closed: bool) -> None:
    inside = f"<{tag}>" * depth + "<b>Deep.</b>" + f"</{tag}>" * (depth * closed)
    assert paragraphs(read(f"<p>First.</p>{inside}<p>The last lamp.</p>")) == [
        "First.",
        "Deep.",
        "The last lamp.",
    ]


def test_what_stands_behind_a_text_of_eleven_million_bytes_is_read() -> None:
    long = "lamp and oil, " * 800_000
    raw = to_blocks(f"<html><p>{long}</p><p>The last lamp.</p>".encode(), "page")
    assert [len(block.text) for block in raw.blocks] == [len(long) - 1, 14]
    assert raw.blocks[-1].text == "The last lamp."


@pytest.mark.parametrize(
    "unit",
    ["<", "<a ", '<a b="', "<!--", "<![CDATA[", "</", "<?", "<!", "<p>", "<li>", "<td>", "</p>",
     "<script>", "<table><tr><td>", "<ul><li>", " ", "\n", "&", "&#", "<i><p>", "<sup>1", "<br>",
     '<a href="#n">1</a>', "<p hidden>", "<ol><li>x", "</table>", "<b></i>", "a<sup>2</sup>",
     "<math><msup>", "<title>", "<pre>\n", "<!DOCTYPE x [", "<a b='c"],
)  # fmt: skip
def test_time_grows_with_the_page(unit: str) -> None:
    """The standard library's parser takes half a minute for some of these."""
    begun = time.process_time()
    document = read("<p>The first lamp.</p>" + unit * 8_000)
    assert time.process_time() - begun < 5
    assert paragraphs(document)[0] == "The first lamp."


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("<p>One<p>Two", ["One", "Two"], id="paragraphs that nothing ends"),
        pytest.param("<p>One<b>bold<p>Two</b> more", ["Onebold", "Two more"], id="crossing tags"),
        pytest.param("a < b and c > d", ["a < b and c > d"], id="signs"),
        pytest.param("<p>One<!-- no --->Two", ["OneTwo"], id="comment"),
        pytest.param("<p>One<!-- The lamp", ["One The lamp"], id="a comment that nothing ends"),
        pytest.param("<p>One<!-->Two", ["OneTwo"], id="empty comment"),
        pytest.param("<p title='a>b'>One", ["One"], id="a sign in an attribute"),
        pytest.param("<p title=a>One</p>", ["One"], id="attribute without quotes"),
        pytest.param("<div <p>One</p>", ["One"], id="a tag within a tag"),
        pytest.param("<p>&lt;b&gt; &amp; &#20844; &eacute", ["<b> & 公 é"], id="references"),
        pytest.param("<script>if (a<b) {</script><p>One", ["One"], id="signs in a script"),
        pytest.param("<script>x<p>One", ["x", "One"], id="a script that nothing ends"),
        pytest.param("<p>10<sup>3</sup> m<sup>-2</sup>", ["10³ m⁻²"], id="powers"),
        pytest.param("<p>1<sup>st</sup> Lamp<sup>TM</sup>", ["1st Lamp™"], id="endings"),
        pytest.param("<p>H<sub>2</sub>O, 10<sub>2</sub>", ["H2O, 10₂"], id="lowered figures"),
        pytest.param("<math><msup><mi>x</mi><mn>2</mn></msup></math>", ["x^2"], id="formula"),
        pytest.param(
            "<ol type=a><li>Oil<ol type=i><li>Lamp</ol><li>Wick</ol>",
            ["a. Oil", "i. Lamp", "b. Wick"],
            id="lists in lists",
        ),
        pytest.param(
            "<ol start=3 reversed><li>x<li>y</ol><ol><li value=7>z<li>w</ol>",
            ["3. x", "2. y", "7. z", "8. w"],
            id="numbers of items",
        ),
        pytest.param(
            "<ol style='list-style-type: lower-roman'><li>x<li>y</ol><ul><li>z</ul>",
            ["i. x", "ii. y", "z"],
            id="style of numbers",
        ),
        pytest.param(
            "<table><tr><th>Year<th>Oil<tr><td colspan=2>2030<td>✓</table>After",
            ["Year Oil", "2030 ✓", "After"],
            id="rows",
        ),
        pytest.param(
            "<table><tr><td><p>One.</p><p>Two.</p></td><td>Three.</td></tr></table>",
            ["One.", "Two.", "Three."],
            id="a layout is no row",
        ),
        pytest.param(
            "<table><tr><td>A<td><table><tr><td>B<td>C</table></table>",
            ["A", "B C"],
            id="a table in a table",
        ),
        pytest.param("<pre>one\n  two</pre>", ["one", "two"], id="preformatted"),
        pytest.param("<dl><dt>Lamp<dd>A light<dt>Oil</dl>", ["Lamp", "A light", "Oil"], id="terms"),
    ],
)  # fmt: skip
def test_paragraphs(body: str, found: list[str]) -> None:
    assert paragraphs(read(body)) == found


@pytest.mark.parametrize(
    ("body", "found", "removed"),
    [
        pytest.param(
            "<p>颐和园<ruby>颐<rt>yí</rt></ruby>在北京。",
            ["颐和园颐在北京。"],
            ["phonetic guide: yí"],
            id="ruby",
        ),
        pytest.param(
            "<p hidden>Dark<p>Light", ["Light"], ["hidden text: Dark"], id="a paragraph ends it"
        ),
        pytest.param(
            "<p>A<span style='display: none'>Dark<b>er</b></span>B",
            ["AB"],
            ["hidden text: Darker"],
            id="hidden span",
        ),
        pytest.param(
            "<nav><ul><li>Home<li>Map</ul></nav><p>Light",
            ["Light"],
            ["navigation: HomeMap"],
            id="navigation",
        ),
        pytest.param("<p>A<del>B</del>C", ["AC"], ["deleted text: B"], id="deleted"),
        pytest.param(
            "<p>Help<sup><a href='#n1'>1</a></sup> came.<p>It went.<ol><li id=n1>By boat. "
            "<a href='#r1'>↩</a></ol>",
            ["Help came.", "1. By boat.", "It went."],
            ["note mark: ↩", "note mark: 1"],
            id="a note comes after its paragraph",
        ),
        pytest.param(
            "<p>Help<a class=footnote-ref href='#n1'><sup>1</sup></a> came.<p>It went."
            "<p><a id=n1 href='#r1'>1</a> By boat.",
            ["Help came.", "1 By boat.", "It went."],
            ["note mark: 1"],
            id="a mark within a link",
        ),
    ],
)
def test_what_is_not_shown_is_recorded(body: str, found: list[str], removed: list[str]) -> None:
    document = read(body)
    assert paragraphs(document) == found
    assert removals(document) == removed


LAMPS = "<h1>Lamps of the coast</h1><p>Each lamp is lit at dusk.</p><p>Keepers note the hour.</p>"
LIT = ["Lamps of the coast", "Each lamp is lit at dusk.", "Keepers note the hour."]


@pytest.mark.parametrize(
    ("body", "kept", "around"),
    [
        pytest.param(
            "<a href='#m'>Skip to content</a><div class=cookies>We use cookies. <b>Accept</b></div>"
            f"<main id=m>{LAMPS}</main><aside><p>See also</p></aside><footer>Imprint</footer>",
            LIT,
            ["Skip to content", "We use cookies. Accept", "See also", "Imprint"],
            id="main",
        ),
        pytest.param(
            f"<div>Trail</div><div role=main>{LAMPS}</div><div>Imprint</div>",
            LIT,
            ["Trail", "Imprint"],
            id="role",
        ),
        pytest.param(
            "<header>Coast Guard<h1>Lamps of the coast</h1></header><main><p>Each lamp is lit at dusk."
            "<p>Keepers note the hour.</main>",
            LIT,
            ["Coast Guard"],
            id="the heading stands before it",
        ),
        pytest.param(
            f"<main><p>Search</main>{LAMPS}",
            ["Search", *LIT],
            [],
            id="a main part of next to nothing",
        ),
        pytest.param(
            f"{LAMPS}<footer><p>Imprint</footer>", LIT, ["Imprint"], id="a footer of the page"
        ),
        pytest.param(
            f"<article>{LAMPS}<footer><p>By a keeper</footer></article>",
            [*LIT, "By a keeper"],
            [],
            id="a footer of an article",
        ),
        pytest.param(f"<footer>{LAMPS}</footer><p>End", [*LIT, "End"], [], id="most is footer"),
        pytest.param("<main></main><p>Dusk", ["Dusk"], [], id="empty"),
        pytest.param(
            "<main><p>Each lamp is lit<sup><a href='#a'>1</a></sup> at dusk.</main>"
            "<footer><p id=a>1 In winter.<p>Imprint</footer>",
            ["Each lamp is lit at dusk.", "1 In winter."],
            ["Imprint"],
            id="notes stay",
        ),
    ],
)
def test_what_is_around_the_main_part_is_left_out(
    body: str, kept: list[str], around: list[str]
) -> None:
    document = read(body)
    assert paragraphs(document) == kept
    told = [text for text in removals(document) if text.startswith("around")]
    assert told == [f"around the main part: {text}" for text in around]


def test_a_tag_that_the_file_cuts_is_text() -> None:
    document = read_document(BytesIO(b"<html><p>Lamp\n<a href=x"), name="page")
    assert paragraphs(document) == ["Lamp <a href=x"]
    assert document.warnings == ("line 2: ends within a tag, which is kept as text",)


def test_a_page_that_does_not_hold_up_says_so() -> None:
    document = read("<p>One</p>\n<script>x = 1\n<p>Two</p>")
    assert document.warnings == ("line 2: a <script> that nothing ends is passed over",)


TAGS = ("p div li ul ol td tr table b i span sup sub ruby rt h2 dl dt dd blockquote pre a br nav "
        "del math msup tbody caption section select option button title svg template").split()  # fmt: skip
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["<p hidden>", "<span style='display:none'>", "<li value=3>", "<td colspan=2>",
                     "<a href='#x'>", "<p id=x>", "<!-- c -->", "<br/>", "<div/>", "<ol type=a>",
                     "<img alt=z>", "<p class=footnote>"]),
    st.text(alphabet="维和天地人山水 \n", min_size=1, max_size=6),
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_no_letter_is_lost_and_none_comes_twice(pieces: list[str]) -> None:
    """Conservation: the letters of paragraphs and removals are those between the tags."""
    document = read("<p>门</p>" + "".join(pieces))
    given_ = Counter("门" + "".join(piece for piece in pieces if piece[0] != "<"))
    kept = Counter("".join([document.text, *(one.text for one in document.removals)]))
    han = "维和天地人山水门"
    assert {char: kept[char] for char in han} == {char: given_[char] for char in han}
