"""The demonstration corpus: its three states agree, and it holds what its README says it holds."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from align.datatypes import Bead, check_partition
from align.document import read_document

NAMES = (
    "summary-record", "resolution", "press-release", "feature", "verbatim-record", "treaty",
    "budget-report", "peat-resolution-77", "peat-resolution-78",
)  # fmt: skip
CASES = Path(__file__).parent / "cases"
MID_SENTENCE = re.compile(r"[\u3400-\u9fff，a-z]\n+(?:[^\n]*\d[^\n]*\n+){1,3}\f")
KINDS = {"1-1", "1-2", "2-1", "2-2", "1-0", "0-1", "3-1", "1-3"}


def sentences(corpora: Path, name: str, lang: str) -> list[str]:
    return (corpora / name / f"{name}.{lang}").read_text("utf-8").splitlines()


def beads(corpora: Path, name: str) -> list[Bead]:
    found: list[Bead] = []
    for line in (corpora / name / f"{name}.gold").read_text("utf-8").splitlines():
        match = re.fullmatch(r"\[([\d,]*)\]:\[([\d,]*)\]", line)
        assert match is not None, line
        source, target = ([int(i) for i in side.split(",") if i] for side in match.groups())
        found.append(Bead(run(source, found, 0), run(target, found, 1)))
    return found


def run(indices: list[int], before: list[Bead], side: int) -> range:
    """The indices as a range; an empty one stands where the side has come to."""
    if not indices:
        stop = ((before[-1].source, before[-1].target)[side]).stop if before else 0
        return range(stop, stop)
    assert indices == list(range(indices[0], indices[-1] + 1))
    return range(indices[0], indices[-1] + 1)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_file_is_what_its_source_gives(corpora: Path) -> None:
    """The counts in the README included."""
    done = subprocess.run(
        [sys.executable, corpora.parent / "scripts" / "make_corpora", "--check", corpora],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_gold_partitions_both_sides(corpora: Path, name: str) -> None:
    n_source, n_target = (len(sentences(corpora, name, lang)) for lang in ("zh", "en"))
    check_partition(beads(corpora, name), n_source, n_target)


def test_gold_has_every_kind_of_bead(corpora: Path) -> None:
    counts = Counter(bead.type for name in NAMES for bead in beads(corpora, name))
    assert set(counts) == KINDS
    assert min(counts.values()) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_readme_counts_sentences_and_beads(corpora: Path, name: str) -> None:
    lines = (corpora / "README.md").read_text("utf-8").splitlines()
    head = next(line for line in lines if line.startswith("| document | paragraphs"))
    row = next(line for line in lines if re.match(rf"\| {name} \| \d", line))
    cells = dict(zip(split_row(head), split_row(row), strict=True))
    zh, en = (len(sentences(corpora, name, lang)) for lang in ("zh", "en"))
    found = Counter(bead.type for bead in beads(corpora, name))
    assert cells["sentences zh / en"] == f"{zh} / {en}"
    assert cells["beads"] == str(found.total())
    assert {kind: int(cells[kind]) for kind in KINDS if cells[kind]} == dict(found)


def split_row(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("name", NAMES)
def test_clean_chinese_has_no_stray_spaces(corpora: Path, name: str) -> None:
    """Only after a label, between cells that begin with a figure, and between figures."""
    for line in sentences(corpora, name, "zh"):
        text = re.sub(r"^(?:[\d/]+\.|[一二三四五六]\.|\([a-z]\)|•) ", "", line)
        if not re.search(r" [\d-][\d .,%-]*$", text) and "国家数" not in text:
            stray = re.search(r"(?<=[\u3400-\u9fff，。；：]) | (?=[\u3400-\u9fff，。；：])", text)
            assert stray is None or text.count(" ") >= 2, line


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_raw_text_reflows_to_the_clean_sentences(corpora: Path, name: str, lang: str) -> None:
    document = read_document(corpora / name / f"{lang}.txt")
    assert [segment.text for segment in document.segments] == sentences(corpora, name, lang)


@pytest.mark.parametrize("name", NAMES)
def test_raw_text_is_as_damaged_as_the_readme_says(corpora: Path, name: str) -> None:
    zh, en = ((corpora / name / f"{lang}.txt").read_text("utf-8") for lang in ("zh", "en"))
    clean = " ".join(sentences(corpora, name, "en"))
    assert "\f" in zh
    assert "\f" in en
    assert re.search(r"[\u3400-\u9fff] +[\u3400-\u9fff]", zh), "a stray space inside Chinese"
    broken = re.findall(r"([a-z]+)-\n+([a-z]+)", en)
    assert any(f"{head}{tail}" in clean for head, tail in broken), "a word broken at a line end"
    assert MID_SENTENCE.search(zh + en), "a page ends in mid-sentence"


def test_termbase_agrees_with_the_documents(corpora: Path) -> None:
    """Where a bead has a Chinese term its English has a rendering, none of them forbidden.

    Longest term first, spans masked; the cases where the English does not name the thing are
    listed with their reasons.
    """
    terms = sorted(rows(corpora / "terms.tsv"), key=lambda term: -len(term["zh"]))
    not_named = {
        (row["document"], int(row["zh_sentence"]), row["term"])
        for row in rows(CASES / "not_named.tsv")
    }
    missing, forbidden = set(), []
    for name in NAMES:
        zh, en = sentences(corpora, name, "zh"), sentences(corpora, name, "en")
        for bead in beads(corpora, name):
            english = " ".join(en[i] for i in bead.target)
            for index in bead.source:
                chinese = zh[index]
                for term in terms:
                    if term["zh"] in chinese:
                        chinese = chinese.replace(term["zh"], "\0" * len(term["zh"]))
                        if not names(english, [term["en"], *term["en_variants"].split("|")]):
                            missing.add((name, index + 1, term["zh"]))
                        if names(english, term["forbidden"].split("|")):
                            forbidden.append((name, index + 1, term["zh"]))
    assert missing == not_named
    assert forbidden == []


def names(text: str, renderings: list[str]) -> bool:
    found = "|".join(re.escape(rendering) for rendering in renderings if rendering)
    return bool(found) and bool(re.search(rf"(?i)(?<!\w)(?:{found})(?![\w+])", text))


def test_every_term_occurs(corpora: Path) -> None:
    text = "".join("".join(sentences(corpora, name, "zh")) for name in NAMES)
    terms = rows(corpora / "terms.tsv")
    assert [term["zh"] for term in terms if term["zh"] not in text] == []
    assert len({term["zh"] for term in terms}) == len(terms) == 89


@pytest.mark.parametrize("term", ["以行动促维和", "以行动促维和+"])
def test_both_initiatives_are_named_more_than_once(corpora: Path, term: str) -> None:
    text = "".join("".join(sentences(corpora, name, "zh")) for name in NAMES)
    assert len(re.findall(re.escape(term) + r"(?!\+)", text)) >= 3


def test_planted_mistakes_are_the_only_difference(corpora: Path) -> None:
    """Reflowed, the variant is the clean English with the replacements of mistakes.tsv made."""
    folder = corpora / "summary-record"
    clean = "\n".join(sentences(corpora, "summary-record", "en"))
    wrong = read_document(folder / "en-with-mistakes.txt")
    for mistake in rows(folder / "mistakes.tsv"):
        start = clean.index(f"\n{mistake['paragraph']}. ")
        place = clean.index(mistake["was"], start)
        following = re.compile(r"\n\d+\. ").search(clean, start + 1)
        assert following is None or place < following.start(), mistake
        clean = clean[:place] + mistake["now"] + clean[place + len(mistake["was"]) :]
    assert [s.text for s in wrong.segments] == [line for line in clean.split("\n") if line]
