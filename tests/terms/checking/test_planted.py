"""Mistakes planted in the record are found, and little else; nothing of the record is quoted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from planting import measured, plant

from align.datatypes import Finding, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.errors import ModelError
from align.pipeline import align_files
from align.terms.checking import check_units
from align.terms.termbase import Termbase, load_termbase

pytestmark = [pytest.mark.slow, pytest.mark.shared]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    try:
        return load_encoder()
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def units(shared: Path, encoder: Encoder) -> list[TranslationUnit]:
    record = shared / "record"
    return list(align_files(record / "zh.txt", record / "en.txt", encoder=encoder).units)


@pytest.fixture(scope="module")
def termbase(shared: Path) -> Termbase:
    return load_termbase(shared / "record" / "terms.tsv")


@pytest.fixture(scope="module")
def untouched(units: list[TranslationUnit], termbase: Termbase, encoder: Encoder) -> list[Finding]:
    return check_units(units, termbase, encoder=encoder)


def test_the_untouched_record_raises_no_alarm(untouched: list[Finding]) -> None:
    counts = Counter(one.severity for one in untouched)
    assert counts["error"] <= 5
    assert counts["warning"] <= 5
    # What is an error there is a sentence that one side really has not.
    assert {one.rule for one in untouched if one.severity == "error"} <= {"omission", "addition"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_mistakes_are_found(
    seed: int,
    units: list[TranslationUnit],
    termbase: Termbase,
    encoder: Encoder,
    untouched: list[Finding],
) -> None:
    changed, plants = plant(units, termbase, seed=seed)
    assert len(plants) >= 30
    assert len({one.kind for one in plants}) >= 15
    recall, precision, missed, stray = measured(
        plants, untouched, check_units(changed, termbase, encoder=encoder)
    )
    assert recall >= 0.94, missed
    assert precision >= 0.95, stray


def test_every_initiative_swapped_is_found(
    units: list[TranslationUnit], termbase: Termbase, encoder: Encoder, untouched: list[Finding]
) -> None:
    changed, plants = plant(units, termbase, seed=4, each=10)
    swapped = [one for one in plants if one.kind == "swapped plus"]
    findings = check_units(changed, termbase, encoder=encoder)
    recall, _, missed, _ = measured(swapped, untouched, findings)
    assert recall == 1.0, missed
