"""Meaning turned round: denial, duty, and/or, only, order, titles, who did what to whom.

``cases/meaning.tsv``: kind, Chinese, English and, where the kind is not empty, a wrong translation; its
language says which way is translated. The right pairs are read both ways and must stay quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from align.datatypes import Finding, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.language.facts.operators import DENIAL, operators
from align.language.languages import CHINESE, ENGLISH
from align.terms.checking import CheckOptions, check_units
from align.terms.checking.doubts import _says_contrary, read_side

CASES = Path(__file__).parent / "cases" / "meaning.tsv"


# What is not seen yet: the wrong translations.
MISSED = frozenset(
    (
        "The sale of tobacco products to minors is strictly regulated.",
        "Either party may disclose the information without written consent.",
        "The conclusion is supported by evidence.",
        "The account has both deposits and interest.",
        "There is plenty of safe drinking water in the area.",
        "代表团不反对推迟审议。",
        "The inspectors did not find contraband in the warehouse and therefore did not issue the certificate.",
        "If an arbitrator agrees to serve, another shall be appointed.",
        "The parties must settle their differences through consultation.",
        "The conference adopted the Convention on Marine Litter.",
        "管理部门批评了审计员。",
        "违者处以罚款和监禁。",
        "Member States may propose amendments.",
        "本条适用于内陆水域。",
        "The port was closed for three days.",
        "A model could replace people.",
        "The representative of Chile invited the representative of Norway to visit Oslo.",
        "The commission is composed of judges or lawyers.",
        "在停火生效前，难民开始返回。",
    )
)
# Right pairs that are flagged: their English, and whether that is the source.
FLAGGED = frozenset(
    (
        ("Applicants must be at least eighteen years of age.", False),
        ("The site is closed to the public.", False),
        ("The delegates fully supported the initiative.", False),
        ("The city charges no admission fee.", False),
        ("The city charges no admission fee.", True),
        ("The judge ordered the defendant to stay in the city.", False),
        ("The judge ordered the defendant to stay in the city.", True),
        ("The city was still asleep.", False),
    )
)


def rows() -> Iterator[tuple[str, str, str, str]]:
    for line in CASES.read_text("utf-8").splitlines():
        kind, zh, en, *wrong = line.split("\t")
        yield kind, zh, en, wrong[0] if wrong else ""


ROWS = list(rows())
WRONG = [row for row in ROWS if row[3]]


def unit(zh: str, en: str, *, into_chinese: bool) -> TranslationUnit:
    if into_chinese:
        return TranslationUnit(en, zh, source_lang="en", target_lang="zh")
    return TranslationUnit(zh, en)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def told(one: TranslationUnit, encoder: Encoder) -> list[Finding]:
    found = check_units([one], None, encoder=encoder, options=CheckOptions(consistency=False))
    return [finding for finding in found if finding.severity != "info"]


def into_chinese(wrong: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in wrong)


@pytest.mark.parametrize(
    ("kind", "zh", "en", "wrong"), WRONG, ids=[f"{i}-{row[0]}" for i, row in enumerate(WRONG)]
)
def test_mistake(
    kind: str, zh: str, en: str, wrong: str, encoder: Encoder, request: pytest.FixtureRequest
) -> None:
    if wrong in MISSED:
        request.applymarker(pytest.mark.xfail(strict=True, reason="not seen yet"))
    back = into_chinese(wrong)
    before = {(f.rule, f.source, f.found) for f in told(unit(zh, en, into_chinese=back), encoder)}
    changed = unit(wrong, en, into_chinese=True) if back else unit(zh, wrong, into_chinese=False)
    after = {(f.rule, f.source, f.found) for f in told(changed, encoder)}
    assert after - before


@pytest.mark.parametrize("back", [False, True], ids=["from Chinese", "from English"])
@pytest.mark.parametrize(
    ("kind", "zh", "en", "wrong"),
    ROWS,
    ids=[f"{i}-{row[0] or 'right'}" for i, row in enumerate(ROWS)],
)
def test_right(
    kind: str,
    zh: str,
    en: str,
    wrong: str,
    back: bool,
    encoder: Encoder,
    request: pytest.FixtureRequest,
) -> None:
    if (en, back) in FLAGGED:
        request.applymarker(pytest.mark.xfail(strict=True, reason="a false alarm"))
    assert told(unit(zh, en, into_chinese=back), encoder) == []


@pytest.mark.parametrize(
    ("text", "chinese", "found"),
    [
        ("承租人不得转租。", True, ["negation"]),
        ("他不仅来了，还不断提问。", True, []),
        ("他不得不辞职。", True, []),
        ("申请人应当或者可以上诉。", True, ["duty", "join", "duty"]),
        ("The tenant shall not sublet.", False, ["duty", "negation"]),
        ("Not only he could not but laugh.", False, []),
        ("At least one or more members.", False, ["bound", "join", "amount"]),
    ],
    ids=["prohibition", "idioms", "twice", "or", "shall not", "not only", "at least"],
)
def test_operators(text: str, chinese: bool, found: list[str]) -> None:
    assert [one.axis for one in operators(text, CHINESE if chinese else ENGLISH)] == found


@pytest.mark.parametrize(
    ("english", "contrary"),
    [
        ("The meeting was closed.", True),
        ("The meeting was not closed.", False),
        ("The meeting was open.", False),
        ("The meeting was open, then closed.", False),
        ("The meeting was long.", False),
    ],
)
def test_what_says_the_contrary_of_a_denial(english: str, contrary: bool) -> None:
    own, other = read_side("会议不公开。", CHINESE), read_side(english, ENGLISH)
    (denial,) = (one for one in operators(own.text, CHINESE) if one.axis == DENIAL)
    assert _says_contrary(denial, own, other) is contrary


def test_a_denial_of_something_else_says_no_contrary() -> None:
    own = read_side("会议公开，不长。", CHINESE)
    other = read_side("The meeting was closed.", ENGLISH)
    (denial,) = (one for one in operators(own.text, CHINESE) if one.axis == DENIAL)
    assert not _says_contrary(denial, own, other)
