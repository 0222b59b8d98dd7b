"""The paragraphs of a resolution, which commas end: one below a line that is full by chance."""

from __future__ import annotations

import pytest

from align.document.blocks import Block, Box
from align.document.flow import flow_groups
from align.language import languages

FULL = 500.0


def lines(texts: list[tuple[str, float]], left: float = 90.0) -> list[Block]:
    """One block a line: its text and where it ends, set solid."""
    return [
        Block(
            text,
            at + 1,
            page=1,
            box=Box(left if starts(text) else 70, 100 + 16 * at, right, 111 + 16 * at),
            frame=Box(70, 90, FULL, 800),
            size=11,
        )
        for at, (text, right) in enumerate(texts)
    ]


def starts(text: str) -> bool:
    return text[0] in "重认注关又欢大并N"


COUNCIL = [
    ("大会，", 120.0),
    ("重申河流的水属于沿岸的每一个村庄，任何人不得据为己有，也不得买卖，", 400.0),
    ("认识到旱季的水位一年低过一年，", 250.0),
    ("注意到磨坊的主人已经两次提出申请，", 280.0),
    ("关切地注意到上游的水闸在春天以前没有修好，", 320.0),
]


def paragraphs(texts: list[tuple[str, float]], left: float = 90.0) -> list[str]:
    blocks = lines(texts, left)
    groups = flow_groups(blocks, range(len(blocks)), language=languages.CHINESE)
    return ["".join(blocks[at].text for at in group) for group in groups]


@pytest.mark.parametrize("opener", ["欢迎", "又欢迎"])
def test_a_clause_begins_below_a_full_line(opener: str) -> None:
    full = ("注意到各县今年为修理堤防所付的钱比去年多出一倍，而渡口的收入没有增加，", FULL)
    last = (f"{opener}议会为此设立的基金，", 230.0)
    assert paragraphs([*COUNCIL, full, last]) == [text for text, _ in [*COUNCIL, full, last]]


@pytest.mark.parametrize("opener", ["并注意到", "又", "而且"])
def test_what_goes_on_from_a_comma_in_any_prose_is_no_clause(opener: str) -> None:
    full = ("注意到各县今年为修理堤防所付的钱比去年多出一倍，而渡口的收入没有增加，", FULL)
    last = (f"{opener}船夫的工钱也没有付清，", 230.0)
    *before, one = paragraphs([*COUNCIL, full, last], left=70.0)
    assert before == [text for text, _ in COUNCIL]
    assert one == full[0] + last[0]


def test_prose_has_no_clauses() -> None:
    prose = [
        ("那一年的春天来得很早，渡口的冰在二月就化了，船夫们把船推下水，", FULL),
        ("注意到河面比往年宽了许多。", 200.0),
    ]
    assert paragraphs(prose, left=70.0) == ["".join(text for text, _ in prose)]
