"""What texts show by themselves: clause ends, lengths, endings, quotations; and who reads it."""

from __future__ import annotations

import os
import pickle
from io import BytesIO

import pytest

from align import forked
from align.alignment.reading import surface
from align.alignment.reading.shared_tokens import shared_tokens_of
from align.alignment.reading.surface import quotation, reading_surfaces, surface_of
from align.datatypes import Document
from align.document import read_document


def document(text: str) -> Document:
    return read_document(BytesIO(text.encode()), pre_segmented=True, name="a.txt")


ZH = document("他说：“主席先生，谢谢！”\n会议结束。\n")
EN = document("He said, “thank you, 5,000 times”?\nIt rose: at once;\n")


def test_a_surface_holds_what_the_texts_show() -> None:
    found = surface_of(EN)
    assert found.places.tolist() == [0, 35, 53]
    # A comma inside a number ends no clause, nor does the last mark of all.
    assert found.clause_ends.tolist() == [8, 20, 43]
    assert found.lengths.tolist() == [29.0, 14.0]
    assert found.endings.tolist() == [1, 5]
    assert found.quoted.tolist() == [False, False, False]
    assert found.values == shared_tokens_of(EN)
    assert surface_of(ZH).endings.tolist() == [10, 0]  # an exclamation in quotation marks


def test_quotation_state_survives_apostrophes() -> None:
    texts = ["'It's late,' he said, 'but", "we can't stop.'", "The boys' dog barked."]
    assert quotation(texts).tolist() == [False, True, False, False]


@pytest.mark.skipif(not forked._FORKS, reason="this system does not fork")
def test_surfaces_of_long_documents_are_read_in_another_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surface, "_LONG", 4)
    monkeypatch.setattr(surface, "surface_of", lambda document: os.getpid())
    for processes, here in ((1, True), (2, False)):
        with reading_surfaces(ZH, EN, processes) as found:
            assert [str(pid) == str(os.getpid()) for pid in found()] == [here, here]


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "_LONG", 0)
    expected = pickle.dumps((surface_of(ZH), surface_of(EN)))
    for processes in (1, 2):
        with reading_surfaces(ZH, EN, processes) as found:
            assert pickle.dumps(found()) == expected
