"""A large file is checked by several processes, and what is found is the same."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from align.datatypes import Concept, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.forked import shares
from align.terms.checking import CheckOptions, check_units
from align.terms.termbase import Termbase

WORDS = [
    ("港口", "port"), ("学校", "school"), ("河流", "river"), ("预算", "budget"), ("火车", "train"),
    ("医院", "hospital"), ("大学", "university"), ("市场", "market"), ("银行", "bank"),
]  # fmt: skip


def units(n: int) -> list[TranslationUnit]:
    """Units of which some lack a word, a number or a sentence."""
    draw = random.Random(3)
    made = []
    for k in range(n):
        some = draw.sample(WORDS, 3)
        zh = "、".join(zh for zh, _ in some) + f"的第{k}号报告提交了委员会。主席感谢了各位代表。"
        en = ", ".join(en for _, en in some[: 2 if k % 7 == 3 else 3])
        end = "" if k % 11 == 5 else " The Chair thanked the representatives."
        made.append(
            TranslationUnit(
                zh, f"Report {k + (k % 13 == 8)} on the {en} was submitted to the Committee.{end}"
            )
        )
    return made


def test_findings_do_not_depend_on_the_number_of_processes() -> None:
    some = units(1100)
    termbase = Termbase([Concept(zh, (Term(zh, "zh"), Term(en, "en"))) for zh, en in WORDS])
    encoder = load_encoder()
    one, two = (
        check_units(some, termbase, encoder=encoder, options=CheckOptions(processes=processes))
        for processes in (1, 2)
    )
    assert len(shares(len(some), 2)) == 2
    assert one == two
    rules = Counter(finding.rule for finding in one)
    assert rules["number-mismatch"] + rules["reference-mismatch"] >= 50
    assert rules["omission"] >= 50


@pytest.mark.parametrize("n", [0, 1, 511, 512, 1023, 1024, 5000, 100_003])
@pytest.mark.parametrize("processes", [1, 2, 3, 7])
def test_shares_are_all_there_is(n: int, processes: int) -> None:
    found = shares(n, processes)
    assert [place for share in found for place in share] == list(range(n))
    assert len(found) == max(1, min(processes, n // 512))
    assert all(share.start % 128 == 0 for share in found)
    assert all(len(share) >= min(n, 384) for share in found)
