"""PDFs set by typst: columns, a table that only white space divides, notes, a header."""

from __future__ import annotations

from pathlib import Path

from align.datatypes import Document
from align.document import read_document

FILES = Path(__file__).parent / "files"


def paragraphs(document: Document) -> list[str]:
    return [document.text[part.start : part.end] for part in document.paragraphs]


def test_two_columns_a_header_and_labels_that_come_again() -> None:
    document = read_document(FILES / "two-columns.pdf")
    assert paragraphs(document) == [
        (
            "The harbour board met on Monday and heard a report on the dredging of the northern channel, "
            "which had been delayed by storms in the autumn."
        ),
        "Rationale:",
        (
            "Members asked whether the post-quantum and statically typed systems of the pilot office "
            "could be kept in use until the new tower was ready."
        ),
        (
            "The secretary replied that the question had been put to the contractor, and that an answer "
            "would be circulated before the next meeting of the board in March."
        ),
        "Rationale:",
        (
            "It was agreed that the lights on the eastern mole should be renewed first, since ships from "
            "the islands came in at night and in all weathers."
        ),
        (
            "The board took note of the accounts for the year and thanked the auditors for their patience "
            "with the old ledgers."
        ),
        "Rationale:",
        (
            "The ferry timetable would be changed in summer, so that the last boat could wait for the "
            "train from the capital."
        ),
    ]
    removal = document.removals[0]
    assert (removal.text.split("\t")[0], removal.reason, removal.page) == (
        "Harbour Board",
        "running header",
        1,
    )
    assert removal.evidence == "marked as artifact in the file"


def test_rows_notes_and_exponents() -> None:
    document = read_document(FILES / "table-and-notes.pdf")
    assert paragraphs(document) == [
        "The fund paid for three wells and for 10³ metres of pipe.",
        "1 See the plan of works of the village council.",
        "Village Amount Works completed by the end of the year",
        "Upper Mill 1 200 Two wells and the repair of the old pump house",
        "Lower Mill 3 450 One well",
        "The rest was set aside for the coming year.",
    ]
    assert [(each.text, each.reason) for each in document.removals] == [("1", "note mark")]
