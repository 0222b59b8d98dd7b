"""`align memory` as people and programs call it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from align.cli import app
from align.errors import AlignError, FormatError, InputError, MemoryFileError
from align.memory import TranslationMemory
from align.memory.vectors import index_path

from .conftest import ToyEncoder

ROWS = """zh,en,id,origin,confidence
维和行动,peacekeeping operations,1,doc1,0.9
会议下午6时散会。,The meeting rose at 6 p.m.,2,doc1,0.5
會議下午5時散會。,The meeting rose at 5 p.m.,3,doc2,0.7
没有对应,,4,doc2,0.1
"""


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, ["memory", *map(str, arguments)])
    if isinstance(result.exception, AlignError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def _lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(ROWS, "utf-8")
    _run("add", tmp_path / "m.tm", tmp_path / "a.csv", "--no-index")
    return tmp_path / "m.tm"


def test_the_index_is_made_on_demand_and_said(memory: Path) -> None:
    assert "index of meanings: none" in _run("stats", memory).stdout
    made = _run("index", memory)
    assert made.stderr == f"{memory}: 3 units, index of meanings made\n"
    assert "index of meanings: up to date" in _run("stats", memory).stdout
    again = _run("index", memory)
    assert again.stderr == f"{memory}: 3 units, index of meanings up to date\n"


def test_an_index_that_cannot_be_kept_is_said(
    memory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index_path(memory).mkdir()
    assert _lines(_run("search", memory, "meeting", "--json"))
    assert caplog.messages == [
        f"{index_path(memory)}: cannot be kept (Is a directory), so it is made each time"
    ]
    with pytest.raises(MemoryFileError, match="cannot be kept beside it"):
        _run("index", memory)


def test_what_cannot_be_read_again_is_not_added(memory: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tmx")
    with pytest.raises(InputError, match=r"pipe\.tmx: not a plain file, which could be read again"):
        _run("add", memory, tmp_path / "pipe.tmx")
    with pytest.raises(MemoryFileError, match="there is no folder"):
        _run("add", tmp_path / "none" / "m.tm", tmp_path / "a.csv")
    (tmp_path / "bad.tmx").write_text("hello")
    with pytest.raises(AlignError, match=r"bad\.tmx:1: not well-formed XML"):
        _run("add", memory, tmp_path / "bad.tmx")
    assert "cut short" not in _run("stats", memory).stdout  # nothing of it was read


def test_a_file_that_breaks_off_says_what_of_it_is_saved(memory: Path, tmp_path: Path) -> None:
    lines = [f'{{"source": "第{n}条", "target": "Article {n}"}}' for n in range(5)]
    (tmp_path / "b.jsonl").write_text("\n".join([*lines, '{"source":']), "utf-8")
    message = (
        r"b\.jsonl:6: not JSON \(Expecting value at character 11\); saved before that: 5 units$"
    )
    with pytest.raises(FormatError, match=message):
        _run("add", memory, tmp_path / "b.jsonl", "--no-index")
    shown = _run("stats", memory).stdout
    assert "8 units" in shown
    assert "import of b.jsonl was cut short after 5 units" in shown


def test_adding_leaves_an_index_of_another_model_alone(memory: Path) -> None:
    from align.cli.indexing import refresh_after_adding

    with TranslationMemory.open(memory, encoder=ToyEncoder()) as opened:
        opened.refresh_index()
    other = index_path(memory).read_bytes()
    with TranslationMemory.open(memory) as opened:
        refresh_after_adding(opened)
    assert index_path(memory).read_bytes() == other
    index_path(memory).unlink()
    with TranslationMemory.open(memory, encoder=ToyEncoder()) as opened:
        refresh_after_adding(opened)
    assert index_path(memory).read_bytes() == other


def test_add_says_what_is_new_and_goes_on_where_it_was(memory: Path, tmp_path: Path) -> None:
    again = _run("add", memory, tmp_path / "a.csv", "--no-index", "--json")
    assert _lines(again) == [
        {
            "file": str(tmp_path / "a.csv"),
            "saved": 4,
            "new": 0,
            "merged": 0,
            "unaligned": 0,
            "resumed": 4,
            "skipped": {},
            "lost": {},
            "finished": True,
        }
    ]
    other = _run("add", tmp_path / "n.tm", tmp_path / "a.csv", "--no-index")
    assert other.stdout == ""
    assert "4 units read: 3 new, 0 already there, 1 with an empty side left out" in other.stderr


def test_search_shows_the_differences(memory: Path) -> None:
    shown = _run("search", memory, "会议下午4时散会。", "--kind", "exact,fuzzy").stdout
    assert shown.splitlines()[:3] == [
        " 94%  fuzzy  doc1",
        "      会议[-下午4时-]{+下午6时+}散会。",
        "      The meeting rose at 6 p.m.",
    ]


def test_search_as_json(memory: Path) -> None:
    first, second = _lines(
        _run("search", memory, "The meeting rose at 6 p.m.", "--kind", "exact,fuzzy", "--json")
    )
    assert (first["kind"], first["score"], first["differences"]) == ("exact", 1.0, [])
    assert (second["kind"], second["score"], second["side"]) == ("fuzzy", 0.94, "target")
    assert second["differences"] == [{"kind": "replace", "query": [20, 26], "match": [20, 26]}]
    assert (second["source"], second["origin"], second["count"]) == ("會議下午5時散會。", "doc2", 1)


def test_search_reads_queries_from_standard_input(memory: Path) -> None:
    result = CliRunner().invoke(
        app,
        ["memory", "search", str(memory), "-", "--kind", "exact", "--json"],
        input="维和行动\n會議下午5時散會。\n",
    )
    assert [line["id"] for line in _lines(result)] == ["1", "3"]


def test_concordance_marks_the_words_and_is_exported(memory: Path, tmp_path: Path) -> None:
    shown = _run("concordance", memory, "會", "--lang", "zh", "--model", _toy(tmp_path))
    assert "[会]议下午6时散[会]。" in shown.stdout
    assert "2 of 2 units" in shown.stderr
    written = _run("concordance", memory, "会", "-o", tmp_path / "c.jsonl")
    assert (written.stdout, "c.jsonl: 2 units" in written.stderr) == ("", True)
    lines = (tmp_path / "c.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == ["2", "3"]


def test_concordance_as_json(memory: Path, tmp_path: Path) -> None:
    (hit,) = _lines(
        _run("concordance", memory, "peace-keeping", "--json", "--model", _toy(tmp_path))
    )
    assert (hit["id"], hit["side"], hit["target_spans"]) == ("1", "target", [[0, 12]])


def _toy(folder: Path) -> Path:
    """A static model of two tokens, in the format that the encoder reads."""
    import numpy as np
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    place = folder / "toy"
    place.mkdir()
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "peacekeeping": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(place / "tokenizer.json"))
    matrix = np.array([[0, 0], [1, 0]], np.float32)
    save_file({"embedding.weight": matrix}, place / "model.safetensors")
    kind = "sentence_transformers.models.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (place / "modules.json").write_text(json.dumps(modules), "utf-8")
    return place


def test_export_by_origin_and_confidence(memory: Path, tmp_path: Path) -> None:
    def ids(*options: object) -> list[str]:
        _run("export", memory, "-o", tmp_path / "e.jsonl", *options)
        lines = (tmp_path / "e.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line)["id"] for line in lines]

    assert ids() == ["1", "2", "3"]
    assert ids("--origin", "doc2") == ["3"]
    assert ids("--confidence", "0.7") == ["1", "3"]
    assert ids("--until", "2000-01-01") == []
    tmx = _run("export", memory, "-o", "-").stdout
    assert tmx.count("<tu ") == 3
    with pytest.raises(InputError, match="'soon' is not a day"):
        _run("export", memory, "-o", tmp_path / "e.tmx", "--since", "soon")


def test_stats_dedupe_and_remove(memory: Path) -> None:
    (stats,) = _lines(_run("stats", memory, "--json"))
    assert (stats["units"], stats["origins"]) == (3, [["doc1", 2], ["doc2", 1]])
    assert "index of meanings: none" in _run("stats", memory).stdout
    assert _lines(_run("dedupe", memory, "--json")) == [{"merged": 0, "units": 3}]
    assert _lines(_run("remove", memory, "--origin", "doc1", "--json")) == [
        {"places": 2, "units": 2}
    ]
    with pytest.raises(InputError, match="nothing comes from 'doc1'"):
        _run("remove", memory, "--origin", "doc1")


def test_what_cannot_be_done_is_said_in_a_line(memory: Path, tmp_path: Path) -> None:
    with pytest.raises(MemoryFileError, match="no such translation memory"):
        _run("stats", tmp_path / "none.tm")
    with pytest.raises(InputError, match=r"none\.tmx: no such file"):
        _run("add", tmp_path / "new.tm", tmp_path / "none.tmx")
    assert not (tmp_path / "new.tm").exists()
    with pytest.raises(InputError, match="--kind loose"):
        _run("search", memory, "x", "--kind", "loose")
