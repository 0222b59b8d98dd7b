"""Tagged PDFs: paragraphs, order, cells and notes as the file states them, where that is sound."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.document import read_document

from .make_pdf import Piece, Tree, make_tagged
from .test_conservation import check

LEFT, RIGHT, STEP = 60.0, 320.0, 14.0

# Lines of ten points are full at 480 points, 96 characters of Latin.
MILL = [
    "The council of the upper valley met on Tuesday to decide what should become of the old paper",
    "mill, which has stood empty since the flood and whose roof the winter has now broken in two",
    "places.",
]
ROAD = [
    "It also heard the engineer on the road to the quarry, who asked for a second bridge because",
    "the first one carries no lorry of more than nine tonnes when the river is high.",
]


def paragraphs(pieces: Sequence[Piece], tree: Sequence[Tree], *, loops: bool = False) -> list[str]:
    document = read_document(BytesIO(make_tagged(pieces, tree, loops=loops)), lang="en-US")
    return [document.text[each.start : each.end] for each in document.paragraphs]


def lines(texts: list[str], x: float = LEFT, y: float = 740.0, page: int = 0) -> list[Piece]:
    return [Piece(text, x, y - STEP * at, page) for at, text in enumerate(texts)]


def test_a_paragraph_ends_where_its_element_does() -> None:
    heading = "Decisions of the council on the mill, the road to the quarry and the bridges of the upper vale"
    pieces = lines([heading, *MILL, *ROAD])
    # Nothing but the tags sets the full first line apart from the next one.
    tree: Sequence[Tree] = [("H1", [0]), ("P", [1, 2, 3]), ("P", [4, 5])]
    assert paragraphs(pieces, tree) == [heading, " ".join(MILL), " ".join(ROAD)]


def test_content_within_a_line_belongs_to_its_paragraph() -> None:
    tree: Sequence[Tree] = [
        ("P", [0, ("Span", [("Link", [1]), 2])]),
        ("P", [("NonStruct", [("NonStruct", [3])]), 4]),
    ]
    assert paragraphs(lines(MILL + ROAD), tree) == [" ".join(MILL), " ".join(ROAD)]


BESIDE = ["Open daily from nine", "to five, but not on", "feast days."]
TEXT = ["The mill is a museum now.", "It shows how paper was", "made by hand."]


def test_the_tree_tells_the_order_of_boxes() -> None:
    # The box on the right starts higher; the tree has it last.
    pieces = lines(BESIDE, RIGHT, 760) + lines(TEXT, LEFT, 720) + lines(["A last line."], LEFT, 600)
    tree: Sequence[Tree] = [("P", [3, 4, 5]), ("P", [6]), ("Aside", [("P", [0, 1, 2])])]
    assert paragraphs(pieces, tree) == [" ".join(TEXT), "A last line.", " ".join(BESIDE)]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    left = [
        "The mill is a museum now, and",
        "shows how paper was made by",
        "hand from the rags of all the",
    ]
    right = ["towns along the river, which", "came by boat in spring and in", "autumn."]
    pieces = [*lines(left, LEFT, 400), *lines(right, RIGHT, 740), Piece("Hours", RIGHT, 698)]
    tree: Sequence[Tree] = [("P", [0, 1, 2, 3, 4, 5]), ("H2", [6])]
    assert paragraphs(pieces, tree) == [" ".join(left + right), "Hours"]


def cells(*rows: list[list[int]]) -> Tree:
    return ("Table", [("TR", [("TD", [("P", list(cell))]) for cell in row]) for row in rows])


def test_cells_are_those_of_the_tree() -> None:
    # Cells stand in the middle of their rows' height, so that no line says where a row begins.
    pieces = [
        Piece("Upper Mill", LEFT, 733),
        *lines(["Two wells and the", "old pump house"], RIGHT, 740),
        *lines(["Lower Mill and", "the hamlet"], LEFT, 700),
        Piece("One well", RIGHT, 693),
    ]
    table = cells([[0], [1, 2]], [[3, 4], [5]])
    assert paragraphs(pieces, [table]) == [
        "Upper Mill Two wells and the old pump house",
        "Lower Mill and the hamlet One well",
    ]


def test_a_row_goes_on_overleaf() -> None:
    # No word tells that the cell goes on: a sentence ends where the page does.
    text = [
        "Two wells, which the council",
        "had dug in the spring of May.",
        "Nobody has drunk from these.",
    ]
    pieces = [
        Piece("Upper Mill", LEFT, 90),
        *lines(text, RIGHT, 90),
        Piece("The pump is old.", RIGHT, 740, 1),
        Piece("Lower Mill", LEFT, 700, 1),
        Piece("One well.", RIGHT, 700, 1),
    ]
    last = "Lower Mill One well."
    one = cells([[0], [1, 2, 3, 4]], [[5], [6]])
    assert paragraphs(pieces, [one]) == [f"Upper Mill {' '.join(text)} The pump is old.", last]
    two = cells([[0], [1, 2, 3]], [[], [4]], [[5], [6]])
    assert paragraphs(pieces, [two]) == [f"Upper Mill {' '.join(text)}", "The pump is old.", last]


def test_a_label_begins_its_item() -> None:
    pieces = [Piece("(a)", LEFT, 740), Piece("the mill;", RIGHT, 740)]
    pieces += [
        Piece("(b)", LEFT, 726),
        Piece("the road,", RIGHT, 726),
        Piece("in May.", RIGHT, 712),
    ]
    tree: Sequence[Tree] = [
        ("L", [("LI", [("Lbl", [0]), ("LBody", [1])]),
               ("LI", [("Lbl", [2]), ("LBody", [("P", [3]), ("P", [4])])])])
    ]  # fmt: skip
    assert paragraphs(pieces, tree) == ["(a) the mill;", "(b) the road,", "in May."]


def test_a_note_stands_after_its_paragraph() -> None:
    first = ["The mill was sold", "for one crown in the spring."]
    note = ["The deed is in the archive", "of the county."]
    pieces = [
        *lines(first),
        Piece("1", LEFT + 86, 744, size=6.0),
        *lines(["It burnt in May."], y=700),
        Piece("1", LEFT, 104, size=6.0),
        *lines(note, LEFT + 8, 100),
    ]
    tree: Sequence[Tree] = [
        ("P", [0, ("Lbl", [("Link", [2])]), ("Note", [("Lbl", [4]), ("P", [5, 6])]), 1]),
        ("P", [3]),
    ]
    assert paragraphs(pieces, tree) == [
        " ".join(first), f"1 {' '.join(note)}", "It burnt in May.",
    ]  # fmt: skip


FULL = (
    "The council will therefore hear the engineer again when the water of the river is low in May."
)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        pytest.param([("P", [0, 1, 2, 3])], [f"{MILL[0]} {FULL} {ROAD[0]} {ROAD[1]}"],
                     id="one element"),
        pytest.param([("P", [0, 1]), ("P", [2, 3])], [f"{MILL[0]} {FULL}", " ".join(ROAD)],
                     id="an element a page"),
    ],
)  # fmt: skip
def test_an_element_goes_on_overleaf(tree: Sequence[Tree], expected: list[str]) -> None:
    pieces = [*lines([MILL[0], FULL], y=60), *lines(ROAD, page=1)]
    assert paragraphs(pieces, tree) == expected


def test_artifacts_are_removed_and_said() -> None:
    pieces = [*lines(MILL), Piece("Draft of May", LEFT, 30, artifact=True)]
    document = read_document(BytesIO(make_tagged(pieces, [("P", [0, 1, 2])])))
    assert document.text == " ".join(MILL)
    assert [(each.text, each.evidence) for each in document.removals] == [
        ("Draft of May", "marked as artifact in the file")
    ]


LONG = [*MILL, "", *ROAD, "", *MILL, "", *ROAD]
WHOLE = [" ".join(each) for each in (MILL, ROAD, MILL, ROAD)]
PLACED = [piece for piece in lines(LONG) if piece.text]
NUMBERS = list(range(len(PLACED)))


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param([("P", NUMBERS)], id="one paragraph"),
        pytest.param([("P", NUMBERS[8:]), ("P", NUMBERS[3:5]), ("P", NUMBERS[:3]),
                      ("P", NUMBERS[5:8])], id="order shuffled"),
        pytest.param([("P", NUMBERS[:2])], id="most of it not in the tree"),
        pytest.param([("Sect", [("Figure", NUMBERS)])], id="no paragraphs"),
    ],
)  # fmt: skip
def test_a_bad_tree_is_not_believed(tree: Sequence[Tree]) -> None:
    assert paragraphs(PLACED, tree) == WHOLE


def test_a_paragraph_a_line_is_not_believed() -> None:
    twice = [Piece(each.text, each.x, each.y, page) for page in (0, 1) for each in PLACED]
    assert paragraphs(twice, [("P", [at]) for at in range(len(twice))]) == WHOLE * 2


def test_what_no_element_holds_keeps_its_place() -> None:
    tree: Sequence[Tree] = [
        ("P", NUMBERS[:3]),
        ("P", NUMBERS[3:5]),
        ("P", NUMBERS[5:8]),
        ("P", [8]),
    ]
    pieces = [*PLACED[:9], Piece("Not in the tree.", LEFT, PLACED[2].y - STEP)]
    assert paragraphs(pieces, tree) == [WHOLE[0], "Not in the tree.", *WHOLE[1:3], ROAD[0]]


def test_the_rows_of_a_table_are_no_footers() -> None:
    # The same row stands at the foot of every page, as the same name may at the end of a list.
    rows = [
        ["Upper Mill", "two wells"],
        ["Lower Mill", "one well"],
        ["Hospital", "no well of its own"],
    ]
    pieces: list[Piece] = []
    tables: list[Tree] = []
    for page in range(4):
        held = []
        for at, row in enumerate([[f"Ward {page}", f"{page + 3} wells"], *rows]):
            held.append([[len(pieces)], [len(pieces) + 1]])
            pieces += [Piece(text, x, 60.0 - STEP * at + 300 * (at < 3), page)
                       for text, x in zip(row, (LEFT, RIGHT), strict=True)]  # fmt: skip
        tables.append(cells(*held))
    found = paragraphs(pieces, tables)
    assert found.count("Hospital no well of its own") == 4
    # Where the tree holds the lines by themselves, place and words are all that is known.
    alone: list[Tree] = [("P", [at]) for at in range(len(pieces))]
    assert "Hospital no well of its own" not in paragraphs(pieces, alone)


def test_a_bullet_without_a_tag_stays_with_its_line() -> None:
    pieces = [Piece("-", LEFT, 740), Piece("the mill and its wheel;", LEFT + 15, 740)]
    pieces += [Piece("-", LEFT, 726), Piece("the road.", LEFT + 15, 726)]
    assert paragraphs(pieces, [("P", [1]), ("P", [3])]) == [
        "- the mill and its wheel;",
        "- the road.",
    ]


def test_elements_that_hold_one_another_end() -> None:
    assert paragraphs(PLACED, [("P", NUMBERS[:3]), ("P", NUMBERS[3:5]), ("P", NUMBERS[5:8]),
                               ("P", NUMBERS[8:])], loops=True) == WHOLE  # fmt: skip


def test_a_tree_too_deep_for_anyone_is_read() -> None:
    tree: Tree = ("P", NUMBERS)
    for _ in range(500):
        tree = ("Sect", [tree])
    assert paragraphs(PLACED, [tree]) == WHOLE


KINDS = st.sampled_from(
    ["P", "H1", "Span", "Sect", "Table", "TR", "TD", "L", "LI", "Lbl", "LBody", "Note", "TOCI", "X"]
)
WORDS = st.sampled_from(
    ["The mill", "was sold.", "1", "(a)", "•", "大会", "of the", "paper-", "3/9"]
)
PIECES = st.lists(
    st.builds(
        Piece,
        st.lists(WORDS, min_size=1, max_size=5).map(" ".join),
        st.sampled_from([LEFT, 200.0, RIGHT]),
        st.integers(4, 50).map(lambda row: 15.0 * row),
        st.integers(0, 1),
        st.sampled_from([7.0, 10.0]),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda piece: (piece.x, piece.y, piece.page),
)


@st.composite
def tagged(draw: st.DrawFn) -> bytes:
    pieces = [Piece("A report on the mill, the road and the wells.", LEFT, 780), *draw(PIECES)]
    waiting: list[int | Tree] = [
        at for at, piece in enumerate(pieces) if not piece.artifact and draw(st.integers(0, 9))
    ]
    waiting = draw(st.permutations(waiting))
    while len(waiting) > 1 and draw(st.integers(0, 5)):
        first = draw(st.integers(0, len(waiting) - 1))
        last = draw(st.integers(first + 1, len(waiting)))
        waiting[first:last] = [(draw(KINDS), waiting[first:last])]
    return make_tagged(pieces, [(draw(KINDS), waiting)])


@settings(max_examples=60, deadline=None)
@given(tagged())
def test_no_letter_is_lost_whatever_the_tree(data: bytes) -> None:
    check(data)
