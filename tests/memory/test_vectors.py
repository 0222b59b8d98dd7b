"""The index of meanings: like comparing all vectors, and never older than the memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from align.datatypes import TranslationUnit
from align.embedding.protocol import Vectors
from align.memory import TranslationMemory, indexes, vectors
from align.memory.vectors import index_path, read_header

from .conftest import NOW, PAIRS, ToyEncoder, units


def _means(pairs: list[tuple[str, str]], encoder: ToyEncoder) -> Vectors:
    sums: Vectors = encoder.encode([zh for zh, _ in pairs]) + encoder.encode(
        [en for _, en in pairs]
    )
    sums /= np.linalg.norm(sums, axis=1, keepdims=True)
    return sums


def test_semantic_search_ranks_as_comparing_all_does(
    make: Callable[..., TranslationMemory],
) -> None:
    encoder = ToyEncoder()
    similar = _means(list(PAIRS), encoder) @ encoder.encode(["the mandate was clear"])[0]
    expected = [(PAIRS[n][1], similar[n]) for n in np.argsort(-similar) if similar[n] >= 0.3]
    with make(encoder=encoder) as memory:
        found = memory.search("the mandate was clear", kinds=("semantic",))
    assert [m.unit.target for m in found] == [text for text, _ in expected]
    assert [m.score for m in found] == pytest.approx([score for _, score in expected], abs=1e-5)
    assert found[0].unit.target == "The mandate is clear."
    assert {(m.kind, m.side) for m in found} == {("semantic", "target")}


def test_more_may_be_asked_for_than_there_is(make: Callable[..., TranslationMemory]) -> None:
    """FAISS makes room for all that it is asked for: 67 GB for nine thousand million answers."""
    asked = {"kinds": ("semantic",), "minimum": 0.3}
    with make() as memory:
        few = memory.search("the mandate was clear", limit=50, **asked)
        many = memory.search("the mandate was clear", limit=2**62, **asked)
    assert few
    assert many == few


def test_a_unit_is_given_once_as_its_best_kind(make: Callable[..., TranslationMemory]) -> None:
    with make() as memory:
        found = memory.search("任务规定明确。", minimum=0.5)
    assert [m.kind for m in found[:2]] == ["exact", "fuzzy"]
    assert len({m.unit_id for m in found}) == len(found)


def test_a_query_without_a_known_token_finds_nothing(
    make: Callable[..., TranslationMemory],
) -> None:
    class Silent(ToyEncoder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            return super().encode(["" if "?" in text else text for text in texts])

    with make(encoder=Silent()) as memory:
        assert memory.search("?", kinds=("semantic",)) == []


def test_a_long_wait_is_announced_where_no_bar_is_shown(
    make: Callable[..., TranslationMemory],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(vectors, "LONG", len(PAIRS))
    with make() as memory:
        memory.search("meeting", kinds=("semantic",))
        path = index_path(memory.path)
        path.unlink()
        memory.refresh_index(lambda done, total: None)
    assert caplog.messages == [f"{path}: indexing the meanings of {len(PAIRS)} units, once"]


def test_the_index_is_mapped_and_used_again(
    make: Callable[..., TranslationMemory], tmp_path: Path
) -> None:
    make().close()
    path = tmp_path / "m.tm"
    with TranslationMemory.open(path, encoder=ToyEncoder()) as memory:
        assert memory.refresh_index()
        assert not memory.refresh_index()
    again = ToyEncoder()
    with TranslationMemory.open(path, read_only=True, encoder=again) as memory:
        assert memory.stats().index == "up to date"
        assert memory.search("meeting", kinds=("semantic",))
    assert again.encoded == 1  # the query alone


@pytest.mark.parametrize("tail", [0, 100])
def test_new_units_are_found_whether_or_not_the_file_was_extended(
    make: Callable[..., TranslationMemory], monkeypatch: pytest.MonkeyPatch, tail: int
) -> None:
    monkeypatch.setattr(vectors, "TAIL_MOST", tail)
    encoder = ToyEncoder()
    with make(PAIRS[:4], encoder=encoder) as memory:
        memory.refresh_index()
        memory.add(units()[4:], origin="o", now=NOW)
        before = encoder.encoded
        found = memory.search("police-contributing countries", kinds=("semantic",))
        assert found[0].unit.source == "警察派遣国"
        assert (
            encoder.encoded - before == 2 * (len(PAIRS) - 4) + 1
        )  # those of before are not encoded again
        header = read_header(index_path(memory.path))
        assert header is not None
        assert header.units == (4 if tail else len(PAIRS))
        assert memory.search("police-contributing countries", kinds=("semantic",)) == found
        assert memory.stats().index == ("out of date: new units" if tail else "up to date")


def test_another_model_or_a_removal_makes_it_anew(
    make: Callable[..., TranslationMemory], tmp_path: Path
) -> None:
    path = tmp_path / "m.tm"
    with make() as memory:
        memory.add([TranslationUnit("海", "the sea")], origin="second", now=NOW)
        memory.refresh_index()
        memory.remove("second")
        assert memory.stats().index == "out of date: units were removed or changed"
        assert all(m.unit.target != "the sea" for m in memory.search("sea", kinds=("semantic",)))
        assert memory.stats().index == "up to date"
    with TranslationMemory.open(path, encoder=ToyEncoder("2")) as memory:
        assert memory.stats().index == "out of date: made with toy@1, not toy@2"
        memory.refresh_index()
    header = read_header(index_path(path))
    assert header is not None
    assert (header.model, header.revision, header.dim) == ("toy", "2", 48)


def test_who_stops_the_making_of_an_index_loses_little_of_it(
    make: Callable[..., TranslationMemory], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Stopped(ToyEncoder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            if self.encoded >= 2 * 6:
                raise KeyboardInterrupt
            return super().encode(texts)

    monkeypatch.setattr(vectors, "CHUNK", 2)
    make(name="n.tm", encoder=ToyEncoder()).close()
    with TranslationMemory.open(tmp_path / "n.tm", encoder=ToyEncoder()) as memory:
        memory.refresh_index()
    whole = index_path(tmp_path / "n.tm").read_bytes()

    monkeypatch.setattr(vectors, "KEPT_EVERY", -1.0)
    make(encoder=ToyEncoder()).close()
    path = tmp_path / "m.tm"
    with (
        TranslationMemory.open(path, encoder=Stopped()) as memory,
        pytest.raises(KeyboardInterrupt),
    ):
        memory.refresh_index()
    header = read_header(index_path(path))
    assert header is not None
    assert header.units == 6
    again = ToyEncoder()
    with TranslationMemory.open(path, encoder=again) as memory:
        assert memory.stats().index == "out of date: new units"
        memory.refresh_index()
        assert memory.stats().index == "up to date"
    assert again.encoded == 2 * (len(PAIRS) - 6)
    assert index_path(path).read_bytes() == whole


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 5000])
def test_a_damaged_index_is_made_anew(
    make: Callable[..., TranslationMemory], damage: bytes
) -> None:
    with make() as memory:
        memory.refresh_index()
        good = index_path(memory.path).read_bytes()
        index_path(memory.path).write_bytes(damage)
    with TranslationMemory.open(memory.path, encoder=ToyEncoder()) as memory:
        assert memory.stats().index == "none"
        assert memory.search("meeting", kinds=("semantic",))
    assert index_path(memory.path).read_bytes() == good


@pytest.mark.parametrize("extend", [False, True])
def test_an_index_damaged_before_its_header_is_made_anew(
    make: Callable[..., TranslationMemory], extend: bool
) -> None:
    with make() as memory:
        memory.refresh_index()
        good = index_path(memory.path).read_bytes()
        index_path(memory.path).write_bytes(b"none" + good[500:])
    with TranslationMemory.open(memory.path, encoder=ToyEncoder()) as memory:
        if extend:
            memory.add([TranslationUnit("海", "the sea")], origin="o", now=NOW)
            memory.refresh_index()
            assert memory.search("the sea", kinds=("semantic",))[0].unit.source == "海"
        else:
            assert memory.search("meeting", kinds=("semantic",))
            assert index_path(memory.path).read_bytes() == good


def _many(count: int) -> list[tuple[str, str]]:
    characters = "维和行动安全理事会任务规定警察部队平民保护支持决议"
    rng = np.random.default_rng(4)
    rows = rng.choice(list(characters), (count, 8))
    return list({"".join(row): ("".join(row), f"w{row[0]} w{row[1]}") for row in rows}.values())


@pytest.mark.parametrize(
    ("most", "fast", "graph", "expected", "agreeing"),
    [
        (2000, 2000, 8192, "IVF64,SQ8", 0.8),
        (1200, 2000, 8192, "IVF64,PQ24x4fs", 0.6),  # rough: nothing here looks more closely
        (1200, 1200, 8192, "IVF64,PQ12np", 0.8),
        (1200, 1200, 64, "IVF64_HNSW32,PQ12np", 0.8),
    ],
)
def test_above_the_bounds_inverted_lists_give_nearly_the_same(
    make: Callable[..., TranslationMemory],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    most: int,
    fast: int,
    graph: int,
    expected: str,
    agreeing: float,
) -> None:
    pairs = _many(1500)
    encoder = ToyEncoder()
    queries = [zh[:5] for zh, _ in pairs[::100]]
    monkeypatch.setattr(indexes, "FLAT_MOST", 1000)
    monkeypatch.setattr(indexes, "BYTES_MOST", most)
    monkeypatch.setattr(indexes, "FAST_MOST", fast)
    monkeypatch.setattr(indexes, "GRAPH_LISTS", graph)
    assert indexes.kind(encoder.dim, len(pairs), rough=False) == expected
    with make(pairs, encoder=encoder) as memory:
        memory.refresh_index()
        header = read_header(index_path(memory.path))
        assert header is not None
        assert header.trained == len(pairs)
        means = _means(pairs, encoder)
        agree = 0
        for query in queries:
            found = memory.search(query, kinds=("semantic",), limit=5)
            best = np.argsort(-(means @ encoder.encode([query])[0]))[:5]
            agree += len({m.unit.source for m in found} & {pairs[n][0] for n in best})
        memory.add([TranslationUnit("海", "the sea")], origin="o", now=NOW)
        memory.refresh_index()
        assert memory.search("the sea", kinds=("semantic",))[0].unit.source == "海"
    assert agree / (5 * len(queries)) >= agreeing
    first = index_path(tmp_path / "m.tm")
    with make(pairs, name="n.tm", encoder=ToyEncoder()) as memory:
        memory.refresh_index()
        memory.add([TranslationUnit("海", "the sea")], origin="o", now=NOW)
        memory.refresh_index()
    assert index_path(tmp_path / "n.tm").read_bytes() == first.read_bytes()


def test_an_exact_index_that_has_outgrown_the_bound_is_trained(
    make: Callable[..., TranslationMemory], monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = _many(600)
    monkeypatch.setattr(indexes, "FLAT_MOST", 400)
    with make(pairs[:300]) as memory:
        memory.refresh_index()
        memory.add(units(pairs[300:]), origin="o", now=NOW)
        memory.refresh_index()
        header = read_header(index_path(memory.path))
    assert header is not None
    assert (header.units, header.trained) == (len(pairs), len(pairs))


def test_an_index_in_bytes_that_has_outgrown_its_bound_is_made_of_codes(
    make: Callable[..., TranslationMemory], monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = _many(900)
    monkeypatch.setattr(indexes, "FLAT_MOST", 300)
    monkeypatch.setattr(indexes, "BYTES_MOST", 600)
    with make(pairs[:550]) as memory:
        memory.refresh_index()
        memory.add(units(pairs[550:]), origin="o", now=NOW)
        memory.refresh_index()
        header = read_header(index_path(memory.path))
        assert header is not None
        assert header.trained == len(pairs)
        made = indexes.lists_of(indexes.load(index_path(memory.path), mapped=True))
    assert made.code_size == ToyEncoder.dim // 4
    assert made.nprobe == min(indexes.CODE_LISTS, made.nlist)
