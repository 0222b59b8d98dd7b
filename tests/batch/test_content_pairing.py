"""Pairing by content: hand-worked vectors, brute-force chains, archives of toy documents."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from align.batch.content_pairing import (
    Rows,
    _heaviest_chain,
    choose,
    compare,
    lead,
    order_agreement,
    search,
    windows,
)
from align.batch.description import Describer, Description, describe
from align.batch.description_cache import describe_all
from align.batch.local_engine import Done, Failure
from align.batch.pairing import Pairing, pair_documents
from align.document import read_document
from align.errors import InputError


class NumberEncoder:
    """Knows nothing but numbers, each a direction of its own: 17 is 17 in both languages."""

    name = "numbers"
    revision = "1"
    dim = 64

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for number in re.findall(r"\d+", text):
                row += np.random.default_rng(int(number)).standard_normal(self.dim)
            length = np.linalg.norm(row)
            row /= length or 1.0
        return rows


def zh_text(items: Sequence[int]) -> str:
    return "\n\n".join(f"会议审议了第{item}号事项。" for item in items)


def en_text(items: Sequence[int]) -> str:
    return "\n\n".join(f"The meeting considered item {item}." for item in items)


def described(paths: Sequence[str]) -> tuple[dict[str, Description], dict[str, str]]:
    """The documents at `paths`, read here and now."""
    found, failures = {}, {}
    describer = Describer(NumberEncoder())
    for path in paths:
        try:
            found[path] = describer(path)
        except InputError as error:
            failures[path] = str(error)
    return found, failures


def test_windows_peak_in_their_middle_and_nowhere_else() -> None:
    places = np.linspace(0.0, 1.0, 81, dtype=np.float32)
    weights = windows(places, 4)
    assert [float(places[row.argmax()]) for row in weights] == pytest.approx(
        [0.125, 0.375, 0.625, 0.875]
    )
    assert weights.max(axis=1) == pytest.approx([1, 1, 1, 1], abs=1e-4)
    # By hand, PERT with mode 1/8 and gamma 20 at 1/2 against its peak: (1/2 / m^m (1-m)^(1-m))^20.
    assert weights[0, 40] == pytest.approx((0.5 / (0.125**0.125 * 0.875**0.875)) ** 20, rel=1e-3)


def brute_chain(columns: Sequence[int], worth: Sequence[float]) -> float:
    best = 0.0
    for size in range(1, len(columns) + 1):
        for chosen in itertools.combinations(range(len(columns)), size):
            if all(columns[a] < columns[b] for a, b in itertools.pairwise(chosen)):
                best = max(best, sum(worth[place] for place in chosen))
    return best


@given(st.permutations(range(8)), st.lists(st.integers(1, 9), min_size=8, max_size=8))
def test_the_heaviest_chain_is_what_trying_all_finds(columns: list[int], worth: list[int]) -> None:
    assert _heaviest_chain(columns, [float(w) for w in worth]) == brute_chain(columns, worth)


def test_order_counts_only_mutual_matches_above_the_noise() -> None:
    rows = np.eye(4, dtype=np.float32)
    ones = np.ones(4, np.float32)
    other = rows.copy()
    other[3] = 0.3 * rows[3]
    assert order_agreement(rows, other, ones, ones) == 1.0
    assert order_agreement(rows, other, ones, ones, 0.5) == 0.75
    # Half as long again: two sentences of the six have no counterpart.
    longer = np.concatenate([rows, np.zeros((2, 4), np.float32)])
    assert order_agreement(rows, longer, ones, np.ones(6, np.float32)) == pytest.approx(0.8)


def some_rows(count: int) -> st.SearchStrategy[Rows]:
    def make(seed: int) -> Rows:
        rows = np.random.default_rng(seed).standard_normal((count, 6)).astype(np.float32)
        units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return Rows(units, np.arange(1, count + 1, dtype=np.float32))

    return st.integers(0, 10**6).map(make)


@given(some_rows(4), some_rows(5), some_rows(3))
def test_one_leads_by_what_the_other_falls_behind(own: Rows, partner: Rows, rival: Rows) -> None:
    assert lead(own, partner, rival) == pytest.approx(-lead(own, rival, partner), abs=1e-4)


def test_a_lead_worked_by_hand() -> None:
    rows = np.eye(6, dtype=np.float32)
    weights = np.array([1, 3], np.float32)
    # Both say the first sentence; the second is translated with a cosine of 0.8, or not at all.
    own = Rows(rows[[0, 1]], weights)
    partner = Rows(np.stack([rows[0], 0.8 * rows[1] + 0.6 * rows[5]]), weights)
    # Second sentences, each of weight 3: own +0.8 of 1, the partner's 0.8 - 1 of 1 (its counterpart
    # in the rival is the first), the rival's 1 - 0 of 1.
    assert lead(own, partner, Rows(rows[[0, 2]], weights)) == pytest.approx((0.8 - 0.2 + 1.0) / 3)
    # Neither renders the second sentence.
    assert lead(own, Rows(rows[[0, 3]], weights), Rows(rows[[0, 4]], weights)) == 0.0


def test_search_finds_what_comparing_all_finds() -> None:
    chance = np.random.default_rng(3)
    base = chance.standard_normal((50, 8)).astype(np.float32)
    base /= np.linalg.norm(base, axis=1, keepdims=True)
    cosines, places = search(base[:5], base, 3)
    every = base[:5] @ base.T
    assert places.tolist() == np.argsort(-every, axis=1)[:, :3].tolist()
    assert cosines == pytest.approx(np.sort(every, axis=1)[:, ::-1][:, :3], abs=1e-6)


def write_archive(folder: Path, seed: int) -> tuple[set[tuple[str, str]], set[str]]:
    """20 pairs with misleading names; 6 documents alone, 3 of them with a false friend."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    names = (str(folder / f"{number}.txt") for number in chance.sample(range(1000, 9999), 99))
    pairs, alone = set(), set()
    for number in range(20):
        items = chance.sample(range(10_000), chance.randint(6, 20))
        zh, en = next(names), next(names)
        kept = [item for item in items if chance.random() > 0.1]
        Path(zh).write_text(zh_text(items), "utf-8")
        Path(en).write_text(en_text(kept), "utf-8")
        pairs.add((zh, en))
        if number < 3:  # the same matters in another order: not a translation
            name = next(names)
            Path(name).write_text(zh_text(chance.sample(items, len(items))), "utf-8")
            alone.add(name)
        elif number < 6:
            name = next(names)
            Path(name).write_text(en_text(chance.sample(range(10_000), 10)), "utf-8")
            alone.add(name)
    return pairs, alone


@pytest.mark.parametrize("seed", range(5))
def test_an_archive_whose_names_tell_nothing(tmp_path: Path, seed: int) -> None:
    pairs, alone = write_archive(tmp_path / "in", seed)
    paths = sorted(map(str, (tmp_path / "in").iterdir()))
    found = pair_documents(paths, described)
    assert {(entry.zh, entry.en) for entry in found.pairs} == pairs
    assert {entry.reason for entry in found.pairs} == {"content"}
    assert {entry.zh or entry.en for entry in found.unpaired} == alone


def test_two_drafts_find_two_translations(tmp_path: Path) -> None:
    first, second = list(range(100, 120)), [*range(100, 115), *range(200, 205)]
    for name, text in {
        "1": zh_text(first), "2": zh_text(second), "3": en_text(first), "4": en_text(second)
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
    zh, en = (
        [described([str(tmp_path / name)])[0][str(tmp_path / name)] for name in names]
        for names in ("12", "34")
    )
    chosen = choose(compare(zh, en).candidates())
    assert [(candidate.zh, candidate.en) for candidate in chosen] == [(0, 0), (1, 1)]


def series(folder: Path, numbers: Sequence[int], text: str, common: Sequence[int]) -> list[str]:
    """Documents that differ in one number among `common` ones; names in the order of `numbers`."""
    make = zh_text if text == "zh" else en_text
    paths = []
    for number in numbers:
        path = folder / f"{text}{number}.txt"
        path.write_text(make([*common[:4], number, *common[4:]]), "utf-8")
        paths.append(str(path))
    return paths


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_a_series_is_paired_by_what_differs(tmp_path: Path, count: int) -> None:
    numbers = range(1000, 1000 + count)
    common = range(2000, 2008)
    zh = series(tmp_path, numbers, "zh", common)
    en = series(tmp_path, numbers, "en", common)
    found = pair_documents([*zh, *en], described, by=("content",))
    assert [(entry.zh, entry.en) for entry in found.pairs] == list(zip(zh, en, strict=True))


def test_two_of_a_series_that_lack_their_partners_do_not_pair(tmp_path: Path) -> None:
    common = range(2000, 2008)
    zh = series(tmp_path, [1, 2, 3], "zh", common)
    en = series(tmp_path, [2, 3, 4], "en", common)
    found = pair_documents([*zh, *en], described, by=("content",))
    assert [(entry.zh, entry.en) for entry in found.pairs] == [(zh[1], en[0]), (zh[2], en[1])]
    assert {entry.zh or entry.en for entry in found.unpaired} == {zh[0], en[2]}


def test_the_same_document_twice_gives_one_pair(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(en_text(range(10)), "utf-8")
    (tmp_path / "c").write_text(zh_text(range(10)), "utf-8")
    (tmp_path / "d").write_text(zh_text(range(30, 40)), "utf-8")
    paths = [str(tmp_path / name) for name in "abcd"]
    found = pair_documents(paths, described, by=("content",))
    assert [(entry.zh, entry.en) for entry in found.pairs] == [(paths[2], paths[0])]
    assert [(entry.zh or entry.en, entry.reason) for entry in found.unpaired] == [
        (paths[1], f"the same text as {paths[0]}, which has a partner"),
        (paths[3], "no partner; nothing is like it"),
    ]


def test_chance_is_judged_alike_whatever_the_order_of_names(tmp_path: Path) -> None:
    # Five pairs, sorted alike on both sides: translations must not pass for what chance gives.
    zh: list[Description] = []
    en: list[Description] = []
    for number in range(5):
        items = range(100 * number, 100 * number + 6)
        for made, make, code in ((zh, zh_text, "zh"), (en, en_text, "en")):
            path = tmp_path / f"{code}{number}.txt"
            path.write_text(make(items), "utf-8")
            made.append(described([str(path)])[0][str(path)])
    noise = compare(zh, en).noise
    assert noise < 0.4
    assert noise == pytest.approx(compare(zh, en[::-1]).noise, abs=1e-6)
    one = compare(zh[:1], en[:1])
    assert one.noise <= 0.4
    assert [(found.zh, found.en) for found in choose(one.candidates())] == [(0, 0)]


def pair_files(folder: Path, files: dict[str, str], verify: bool = False) -> Pairing:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return pair_documents(
        [str(folder / name) for name in files], described, root=str(folder), verify=verify
    )


def told(found: Pairing, folder: Path) -> list[tuple[str, str, str]]:
    return [
        (Path(entry.zh).name, Path(entry.en).name, entry.reason.replace(f"{folder}/", ""))
        for entry in found.entries
    ]


def test_symbols_pair_documents_unless_the_texts_disagree(tmp_path: Path) -> None:
    heading_zh, heading_en = "A/C.4/78/SR.12\n\n", "A/C.4/78/SR.12\n\n"
    other_zh, other_en = "A/C.4/78/SR.13\n\n", "A/C.4/78/SR.13\n\n"
    found = pair_files(
        tmp_path,
        {
            "1": heading_zh + zh_text(range(10)),
            "2": heading_en + en_text(range(10)),
            "3": other_zh + zh_text(range(50, 60)),
            "4": other_en + en_text(range(70, 80)),
        },
    )
    assert told(found, tmp_path) == [
        ("1", "2", "symbol A/C.4/78/SR.12"),
        ("3", "", "no partner; nothing is like it"),
        ("", "4", "no partner; nothing is like it"),
    ]
    assert found.pairs[0].confidence is not None
    assert found.pairs[0].confidence > 0.9


def test_single_letters_are_believed_when_the_languages_are_right(tmp_path: Path) -> None:
    found = pair_files(
        tmp_path,
        {
            "1_c.txt": zh_text(range(10)),
            "1_e.txt": en_text(range(10)),
            "annex_c.txt": en_text(range(20, 30)),
            "annex_e.txt": en_text(range(30, 40)),
        },
    )
    assert [(Path(entry.zh).name, entry.reason) for entry in found.pairs] == [("1_c.txt", "name")]
    assert len(found.unpaired) == 2


def test_names_are_verified_where_that_is_wanted(tmp_path: Path) -> None:
    files = {
        "a-zh.txt": zh_text(range(10)),
        "a-en.txt": en_text(range(10)),
        "b-zh.txt": zh_text(range(20, 30)),
        "b-en.txt": en_text(range(40, 50)),
        "c-zh.txt": "",
        "c-en.txt": en_text(range(50, 60)),
    }
    plain = pair_files(tmp_path, files)
    assert [(entry.reason, entry.confidence) for entry in plain.pairs] == [("name", None)] * 3
    reasons = [entry.reason for entry in pair_files(tmp_path, files, verify=True).pairs]
    assert reasons[:2] == ["name", "name, but the texts hardly agree"]
    assert reasons[2].startswith("name, but cannot be read: ")


def test_what_cannot_be_read_and_other_languages_are_listed(tmp_path: Path) -> None:
    found = pair_files(tmp_path, {"1": "", "2": "Ёлки, палки и другие русские слова. " * 5})
    assert [entry.reason for entry in found.unpaired] == [
        f"cannot be read: {tmp_path / '1'}: empty; give a document with text",
        "neither Chinese nor English (und)",
    ]


def test_what_holds_both_languages_pairs_with_neither(tmp_path: Path) -> None:
    sentences = zip(zh_text(range(12)).split("\n\n"), en_text(range(12)).split("\n\n"), strict=True)
    files = {
        "both.txt": "\n".join(f"{zh}\n{en}" for zh, en in sentences),
        "3": zh_text(range(12)),
        "4": en_text(range(12)),
    }
    found = pair_files(tmp_path, files)
    assert [(Path(e.zh).name, Path(e.en).name, e.reason) for e in found.entries] == [
        ("3", "4", "content"),
        ("both.txt", "", "holds both languages: align pair FILE -o OUT.tmx takes it apart"),
    ]


def test_where_a_language_is_missing_that_is_the_reason(tmp_path: Path) -> None:
    found = pair_files(tmp_path, {"1": zh_text(range(9)), "2": zh_text(range(20, 30))})
    assert [entry.reason for entry in found.unpaired] == ["no partner; no document is English"] * 2


def test_a_long_document_is_described_by_runs_of_sentences(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text(en_text(range(3000)), "utf-8")
    description = describe(read_document(path), str(path), NumberEncoder())
    assert (description.sentences, description.vectors.shape) == (3000, (1024, 64))
    # The first run holds sentences 0 and 1 (3000 / 1024 = 2.9), all of one weight.
    run = NumberEncoder().encode(["0", "1"]).sum(axis=0)
    assert description.vectors[0] == pytest.approx(run / np.linalg.norm(run), abs=0.06)


def test_descriptions_are_kept_and_a_torn_end_is_made_again(tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.txt"
        path.write_text(zh_text(range(number, number + 5)), "utf-8")
        paths.append(str(path))
    read: list[str] = []

    def engine(todo: Iterator[str]) -> Iterator[Done[str, Description]]:
        for path in todo:
            read.append(path)
            if path.endswith("3.txt"):
                yield Done(path, None, Failure("input", "bad"), 0.0)
            else:
                yield Done(path, described([path])[0][path], None, 0.0)

    def run(recipe: str = "r") -> tuple[dict[str, Description], dict[str, str]]:
        read.clear()
        return describe_all(paths, tmp_path / "cache", recipe=recipe, engine=engine)

    _, failures = run()
    assert read == paths
    assert failures == {paths[3]: "bad"}
    index = tmp_path / "cache" / "index.jsonl"
    index.write_bytes(index.read_bytes()[:-5])
    data = tmp_path / "cache" / "vectors.bin"
    data.write_bytes(data.read_bytes()[:-3])
    again, _ = run()
    assert read == paths[2:]
    third, _ = run()
    assert read == paths[3:]
    fresh, _ = described(paths)
    for name in paths[:3]:
        for one in (again[name], third[name]):
            assert (one.lang, one.sentences) == ("zh", 5)
            assert np.array_equal(one.vectors, fresh[name].vectors)
            assert np.array_equal(one.weights, fresh[name].weights)
            assert np.array_equal(one.keys, fresh[name].keys)
    Path(paths[0]).write_text(zh_text([7]), "utf-8")
    changed, _ = run()
    assert read == [paths[0], paths[3]]
    assert changed[paths[0]].sentences == 1
    run("another model")
    assert read == paths
