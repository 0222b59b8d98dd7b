"""The recipe of scripts/train_model: reading, holding out, folding, tokens; a whole small run."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "scripts" / "training"))

import corpus  # type: ignore[import-not-found]  # noqa: E402

from align.embedding.static import StaticEncoder  # noqa: E402


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("维和\tpeacekeeping", ("维和", "peacekeeping")),
        (' 他说"好" \t"Good," he said\r', ('他说"好"', '"Good," he said')),
        ('他说\t"He said ""good"", twice"', ("他说", 'He said "good", twice')),
        ('“好\t"an open quotation', ("“好", '"an open quotation')),
        ("一\t二\t三", None),
        ("一\t ", None),
        ("一", None),
    ],
)
def test_a_line_is_a_pair(tmp_path: Path, line: str, pair: tuple[str, str] | None) -> None:
    plain, packed = tmp_path / "a.tsv", tmp_path / "a.tsv.xz"
    content = f"前\tbefore\n{line}\n后\tafter\n".encode()
    plain.write_bytes(content)
    packed.write_bytes(lzma.compress(content))
    expected = [("前", "before"), *([pair] if pair else []), ("后", "after")]
    assert list(corpus.rows(plain)) == expected
    assert list(corpus.rows(packed)) == expected


@pytest.mark.parametrize(
    ("entry", "senses"),
    [
        ("to fancy; to think of", ["to fancy", "to think of"]),
        ("blurred/indistinct (of sound)", ["blurred", "indistinct"]),
        ("variant of 維|维", []),
        ("surname Zhang", []),
        ("CL:個|个[ge4]", []),
        ("United Nations", ["United Nations"]),
    ],
)
def test_senses_of_a_dictionary_entry(entry: str, senses: list[str]) -> None:
    assert corpus.glosses(entry) == senses


def test_what_is_held_out_is_the_same_on_every_run_and_not_trained_on() -> None:
    pairs = [corpus.Pair(f"词语{k}", f"word {k}", "dict/cc_cedict", 1.0) for k in range(2000)]
    everyday, general = "tatoeba_manythings", "jiyu_general"
    pairs += [corpus.Pair(f"句子{k}。", f"Sentence {k}.", everyday, 1.0) for k in range(999)]
    pairs += [corpus.Pair("句子甲。", f"sentence {k}", general, 1.0) for k in range(999)]
    tests = corpus.tests(pairs, Path("nowhere"))
    assert tests["terms"][0] == ("词语14", "word 14")
    assert 20 < len(tests["terms"]) < 60
    assert 20 < len(tests["everyday"]) < 60
    left = corpus.without(pairs, tests)
    texts = {text for pair in left for text in (pair.zh, pair.en)}
    assert not texts & {text for part in tests.values() for pair in part for text in pair}
    # The English of a held-out sentence is gone under its other Chinese too.
    gone = {en.rstrip(".").lower() for _, en in tests["everyday"]}
    assert not gone & {pair.en for pair in left}


@pytest.mark.parametrize(
    ("char", "new"),
    [("維", "维"), ("Ａ", "a"), ("é", "e"), ("ß", "ß"), ("—", "-"), ("「", '"'), ("。", ".")],
)
def test_folding_inside_the_tokenizer(char: str, new: str) -> None:
    import vocabulary  # type: ignore[import-not-found]

    assert vocabulary.folded(char) == new


def test_words_and_characters(embedded: StaticEncoder) -> None:
    def cut(text: str) -> list[str]:
        return [embedded.token(id) for id in embedded.tokenize([text]).ids]

    assert cut("以行动促维和+") == ["以", "行动", "促", "维和", "+"]
    assert cut("安全理事会第2538(2020)号决议")[:3] == ["安全", "理事会", "第"]
    assert cut("Peacekeeping and A4P+") == ["▁peacekeeping", "▁and", "▁a4p", "+"]
    assert cut("维和peacekeeping维和") == ["维和", "▁peacekeeping", "维和"]


@pytest.mark.slow
def test_a_whole_run_on_a_small_language(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece")
    english = ("spring", "summer", "autumn", "winter", "hill", "water", "wind", "rain", "snow")
    words = dict(zip("春夏秋冬山水风雨雪", english, strict=True))
    data = tmp_path / "data"
    (data / "train").mkdir(parents=True)
    (data / "dict").mkdir()
    lines = [
        f"{a}和{b}与{c}。\t{words[a].title()} and {words[b]} with {words[c]}.\n"
        for a in words
        for b in words
        for c in words
    ]
    (data / "train" / "jiyu_formal.tsv").write_text("".join(lines), encoding="utf-8")
    entries = "".join(f"{zh}\t{en}\n" for zh, en in words.items())
    (data / "dict" / "cc_cedict.tsv").write_text(entries, encoding="utf-8")
    environment = {**os.environ, "PYTHON": sys.executable, "PYTHONWARNINGS": "ignore"}
    sizes = "--size 600 --dim 32 --epochs 8 --word-steps 60 --threads 1".split()

    def trained(name: str, *more: str) -> str:
        command = [str(ROOT / "scripts" / "train_model"), str(data), "-o", str(tmp_path / name)]
        run = subprocess.run(
            [*command, *sizes, *more], capture_output=True, text=True, check=False, env=environment
        )
        assert run.returncode == 0, run.stderr
        if not more:
            assert json.loads(run.stdout)["dimensions"] == 32
        return StaticEncoder(tmp_path / name).revision

    revision = trained("one")
    assert trained("two") == revision
    (tmp_path / "two" / "words.safetensors").unlink()
    assert StaticEncoder(tmp_path / "two").revision != revision
    assert trained("two", "--words-only") == revision
    encoder = StaticEncoder(tmp_path / "one")
    snow, hill = encoder.encode(["雪", "山"]), encoder.encode(["snow", "hill"])
    assert snow[0] @ hill[0] > snow[0] @ hill[1]
