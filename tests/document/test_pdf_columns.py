"""Rows of tables that only white space divides: wrapped cells, and lines that are rows."""

from __future__ import annotations

from align.document.blocks import Box
from align.document.pdf.characters import Font
from align.document.pdf.columns import Arranger, column_starts, row_starts
from align.document.pdf.fragments import Fragment, rows

EM = 10.0
FONT = Font(EM, False, 0.0, False)


def cell(text: str, left: float, top: float) -> Fragment:
    """A fragment whose letters are half an em wide."""
    box = Box(left, top, left + len(text) * EM / 2, top + EM)
    return Fragment(text, box, FONT, 0, "")


def table(lines: list[tuple[float, str, str]]) -> list[bool]:
    found = [
        cell(text, left, top)
        for top, *pair in lines
        for left, text in zip((50, 300), pair, strict=True)
        if text
    ]
    return row_starts(rows(found), column_starts(found, EM))


def test_cells_that_are_wrapped_are_parted_by_the_gaps_between_rows() -> None:
    lines = [
        (100.0, "The harbour board was asked", "Nobody answered until the first"),
        (114.0, "to repair the northern quay", "days of spring."),
        (128.0, "before winter.", ""),
        (152.0, "Ships from the islands now", "The ferries wait for the evening"),
        (166.0, "come in at night.", "train from the capital, and for the"),
        (180.0, "", "mail."),
    ]
    assert table(lines) == [True, False, False, True, False, False]


def test_lines_that_are_rows_stay_rows_where_groups_stand_apart() -> None:
    lines = [
        (100.0, "Port of entry", "Tons"),
        (124.0, "Northern quay", "1,200"),
        (138.0, "Old mole", "70"),
        (152.0, "Ferry landing at the island", "8"),
        (176.0, "All", "1,278"),
        (190.0, "Of these coal", "900"),
    ]
    assert table(lines) == [True] * 6


HEAVY = Font(EM, True, 0.0, False)


def line(text: str, left: float, top: float, right: float, font: Font = FONT) -> Fragment:
    return Fragment(text, Box(left, top, right, top + font.size), font, 0, "")


def read(found: list[Fragment]) -> list[str]:
    """What stands on a page in reading order, the cells of a row joined by bars."""
    texts: list[str] = []
    before = None
    for area in Arranger().arrange(found, EM):
        words = [" ".join(f.text for f in row) for row in area.rows]
        if area.cell is not None and before is not None and area.cell[0] == before[0]:
            texts[-1] += " | " + " ".join(words)
        else:
            texts += words
        before = area.cell
    return texts


def test_level_lines_of_indented_paragraphs_are_columns_and_cells_are_not() -> None:
    ends = [(20, 240), (0, 90), (20, 235), (0, 120), (20, 150), (20, 100)]
    other = [(20, 130), (20, 240), (0, 170), (20, 238), (0, 240), (0, 60)]
    left = [line(f"left {n}", 50 + a, 100 + 15 * n, 50 + b) for n, (a, b) in enumerate(ends)]
    right = [line(f"right {n}", 320 + a, 100 + 15 * n, 320 + b) for n, (a, b) in enumerate(other)]
    assert read(left + right) == [f"{side} {n}" for side in ("left", "right") for n in range(6)]
    # Cells begin together: the same places without the indents are a table.
    flush = [f._replace(box=f.box._replace(left=50)) for f in left]
    beside = [f._replace(box=f.box._replace(left=320)) for f in right]
    assert read(flush + beside) == [f"left {n} | right {n}" for n in range(6)]


def test_a_short_heading_over_both_columns_parts_them() -> None:
    def section(top: float, name: str) -> list[Fragment]:
        return [
            line(f"{name}{side}{n}", left, top + 14 * n, left + (240 if n < 3 else 200))
            for side, left in (("a", 50), ("b", 320))
            for n in range(4)
        ]

    heading = line("The harbour", 50, 170, 130, HEAVY)
    found = [*section(100, "one "), heading, *section(195, "two ")]
    first, second = ([f.text for f in section(0, name)] for name in ("one ", "two "))
    assert read(found) == [*first, "The harbour", *second]
    # With text beside it, it stands in its column.
    aside = [line("and so", 320, 100 + 14 * n, 560) for n in range(4, 7)]
    texts = read([*found, *aside])
    assert texts.index("The harbour") < texts.index("one b0")
    # The last of its column, below the other one, it opens what comes after both.
    assert read([*section(100, "one "), heading]) == [*first, "The harbour"]
    # The foot of its column, with the end of the other one above its own height.
    longer, lower = line("One b4", 320, 155, 560), heading._replace(box=Box(50, 176, 130, 186))
    whole = [f.text for f in section(0, "One ")]
    texts = read([*section(100, "One "), longer, lower])
    assert texts == [*whole[:4], "The harbour", *whole[4:], "One b4"]


def test_words_of_justified_lines_make_no_table_of_one_column() -> None:
    found = [
        line(word, left, 100 + 14 * n, right)
        for n, words in enumerate(
            [
                [("to", 50, 70), ("the", 88, 160), ("island", 170, 290)],
                [("and", 50, 76), ("far", 88, 150), ("shores", 170, 290)],
                [("of", 50, 66), ("it", 84, 162), ("where", 166, 290)],
                [("we", 50, 72), ("see", 88, 140), ("them", 170, 290)],
            ]
        )
        for word, left, right in words
    ]
    assert [area.cell for area in Arranger().arrange(found, EM)] == [None]


def test_lines_above_a_table_do_not_fill_its_first_column() -> None:
    above = [line(f"above {n}", 50, 100 + 15 * n, 290) for n in range(4)]
    cells = [
        each
        for n, right in enumerate((560, 480, 550, 555))
        for each in (
            line(f"left {n}", 50, 180 + 25 * n, 120),
            line(f"right {n}", 320, 180 + 25 * n, right),
        )
    ]
    rows_of_table = [f"left {n} | right {n}" for n in range(4)]
    assert read([*above, *cells]) == [f"above {n}" for n in range(4)] + rows_of_table


def items(left: float, name: str, lengths: list[int], right: float) -> list[Fragment]:
    """Items of so many lines each, a sign before the first, the others hanging in from it."""
    found, top = [], 100.0
    for item, lines in enumerate(lengths):
        for n in range(lines):
            sign, inset = ("▪ ", 0) if n == 0 else ("", 8)
            end = right if n + 1 < lines else left + 60
            found.append(line(f"{sign}{name} {item}{n}", left + inset, top, end))
            top += 14
        top += 4
    return found


def test_two_lists_side_by_side_are_columns_however_short() -> None:
    """As on slides: two signs begin one below the other, the lines of their items hang in."""
    for lengths, other in (([2, 2], [3, 2]), ([1, 1, 1], [1, 1, 1]), ([3, 2], [1, 3])):
        left, right = items(50, "left", lengths, 290), items(320, "right", other, 560)
        assert read(left + right) == [f.text for f in left + right]


def test_numbers_of_rows_and_their_texts_are_no_lists() -> None:
    rows_of_table = [("1.", "Oil"), ("2.", "Wicks and oil"), ("3.", "Glass"), ("4.", "Lamps")]
    found = [
        each
        for n, (label, name) in enumerate(rows_of_table)
        for each in (
            line(label, 50, 100 + 20 * n, 58),
            line(name, 120, 100 + 20 * n, 200),
            line(f"{n}50", 400, 100 + 20 * n, 420),
        )
    ]
    texts = read(found)
    assert len(texts) == 4
    assert all(
        text.startswith(label) for text, (label, _) in zip(texts, rows_of_table, strict=True)
    )


def section(top: float, left: list[str], right: list[str], shift: float = 0.0) -> list[Fragment]:
    """Two columns of lines, the right one so much lower."""
    return [
        *(line(text, 50, top + 14 * n, 290) for n, text in enumerate(left)),
        *(line(text, 320, top + shift + 14 * n, 560) for n, text in enumerate(right)),
    ]


ONE = ["The mill stood by the", "river until the flood", "of last spring took it"]
TWO = ["away with all its", "wheels.", "Nobody was hurt.", "The miller built"]


def test_a_heading_below_columns_of_other_lengths() -> None:
    # A sentence goes on from the line above the heading to the head of the right column.
    heading = line("The harbour", 50, 170, 130, HEAVY)
    end = section(220, ["A", "B", "C"], ["D", "E", "F"], shift=5)
    found = [*section(100, ONE, TWO), heading, *end]
    assert read(found) == [*ONE, *TWO, "The harbour", "A", "B", "C", "D", "E", "F"]


def test_a_heading_in_a_column_whose_foot_goes_on_in_the_other() -> None:
    """A line without a stop above it (a caption, a name) says nothing then."""
    heading = line("The harbour", 50, 170, 130, HEAVY)
    left = [*ONE[:2], "The miller"]
    lower = ["It lies below the town", "and is kept by a man", "who was born on the"]
    found = [*section(100, left, TWO), heading, *section(200, lower, [])]
    assert read(found) == [*left, "The harbour", *lower, *TWO]


def test_a_heading_above_columns_one_of_which_begins_with_a_figure() -> None:
    heading = line("The harbour", 50, 170, 130, HEAVY)
    whole = [*ONE[:2], "of last spring."]
    bars = [line("12", 330, 198, 340), line("23", 350, 204, 360)]
    end = section(204, ["A", "B", "C"], ["D", "E", "F"], shift=30)
    found = [*section(100, whole, ["He said so.", "And they left."]), heading, *bars, *end]
    texts = read(found)
    assert texts[:6] == [*whole, "He said so.", "And they left.", "The harbour"]
    # The picture of a figure is white as well, and what stands below it begins anywhere.
    picture = section(204, ["A", "B", "C"], ["D", "E", "F"], shift=60)
    texts = read([*section(100, whole, ["He said so.", "And they left."]), heading, *picture])
    assert texts.index("The harbour") < texts.index("He said so.")


def test_page_numbers_a_little_off_the_feet_of_their_titles() -> None:
    titles = ["Background", "Purpose and scope", "Proceedings", "Conclusions"]
    found = [
        each
        for n, title in enumerate(titles)
        for each in (
            line(title, 50, 140 + 16 * n, 150 + 9 * n),
            line(str(n * 4 + 2), 530 - 5 * (n > 2), 138 + 16 * n, 540),
        )
    ]
    large = Font(20.0, True, 0.0, False)
    found.append(line("Annual report", 50, 90, 200, large))
    assert read(found) == [
        "Annual report", *(f"{title} | {n * 4 + 2}" for n, title in enumerate(titles))
    ]  # fmt: skip


def test_figures_that_end_one_below_the_other_are_a_column() -> None:
    """However long they are; the lines of a cell that is wrapped stand closer than rows do."""
    data = [
        (["General staff and", "interpreters"], "388.2", "402.9"),
        (["Upkeep of the", "houses"], "2 019.7", "2 240.3"),
        (["Travel of experts and", "auditors"], "97.4", "1.8"),
    ]
    found, top = [], 100.0
    for lines, *figures in data:
        found += [line(text, 50, top + 12 * n, 50 + 5 * len(text)) for n, text in enumerate(lines)]
        for right, figure in zip((400, 540), figures, strict=True):
            found.append(line(figure, right - 5 * len(figure), top, right))
        top += 12 * len(lines) + 4
    note = line("Oil is not included.", 50, top + 20, 140, Font(8.0, False, 0.0, False))
    after = [line("Short lines", 50, top + 40 + 14 * n, 110) for n in range(2)]
    areas = Arranger().arrange([*found, note, *after], EM)
    cells = [([f.text for row in area.rows for f in row], area.cell) for area in areas]
    expected = [
        (texts, (row, column))
        for row, (lines, *figures) in enumerate(data)
        for column, texts in enumerate([lines, *([each] for each in figures)])
    ]
    assert cells == [*expected, ([note.text, *(f.text for f in after)], None)]
