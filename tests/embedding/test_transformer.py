"""The loader of sentence-transformers models, with a real small transformer."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from align.embedding.folders import model_folder
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder, TokenEncoder
from align.embedding.static import StaticEncoder
from align.embedding.transformer import TransformerEncoder
from align.errors import ModelError

TEXTS = ["和平行动", "peace keeping operations", "安全理事会", "", "peace", "peace"]


def test_it_embeds_as_sentence_transformers_does(bert_folder: Path) -> None:
    encoder = TransformerEncoder(str(bert_folder), device="cpu", batch_size=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from sentence_transformers import SentenceTransformer

        theirs = SentenceTransformer(str(bert_folder), device="cpu").encode(
            TEXTS, normalize_embeddings=True, show_progress_bar=False
        )
    ours = encoder.encode(TEXTS)
    full = [0, 1, 2, 4, 5]
    np.testing.assert_allclose(ours[full], np.asarray(theirs)[full], atol=1e-5)
    assert not ours[3].any()
    assert ours.dtype == np.float32
    assert (ours[4] == ours[5]).all()
    assert encoder.dim == 16
    assert isinstance(encoder, Encoder)
    assert not isinstance(encoder, TokenEncoder)


def test_load_encoder_tells_the_kinds_apart(bert_folder: Path, tiny_folder: Path) -> None:
    assert isinstance(load_encoder(str(bert_folder), device="cpu"), TransformerEncoder)
    static = load_encoder(str(tiny_folder))
    assert isinstance(static, StaticEncoder)
    assert static.name == str(tiny_folder)


def test_the_revision_is_the_contents(bert_folder: Path, tmp_path: Path) -> None:
    first = TransformerEncoder(str(bert_folder), device="cpu").revision
    copy = tmp_path / "copy"
    shutil.copytree(bert_folder, copy)
    (copy / "README.md").write_text("another card", encoding="utf-8")
    assert TransformerEncoder(str(copy), device="cpu").revision == first
    vocabulary = (copy / "tokenizer.json").read_text(encoding="utf-8")
    (copy / "tokenizer.json").write_text(vocabulary + "\n", encoding="utf-8")
    assert TransformerEncoder(str(copy), device="cpu").revision != first


def test_the_cache_answers_for_the_model(bert_folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "vectors.sqlite"
    first = TransformerEncoder(str(bert_folder), device="cpu", cache=cache)
    rows = first.encode(TEXTS)
    with sqlite3.connect(cache) as connection:
        stored = connection.execute("SELECT revision, length(vector) FROM vectors").fetchall()
        assert stored == [(first.revision, 64)] * 4  # four different texts, 16 floats each
        # What is in the file is what is given back: so the second run does not encode.
        connection.execute("UPDATE vectors SET vector = zeroblob(64)")
    connection.close()
    second = TransformerEncoder(str(bert_folder), device="cpu", cache=cache)
    assert not second.encode(TEXTS).any()
    assert second.encode(["理事会"]).any()
    third = TransformerEncoder(str(bert_folder), device="cpu")
    np.testing.assert_allclose(third.encode(TEXTS), rows, atol=1e-6)


def test_a_killed_run_leaves_what_it_had(bert_folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "vectors.sqlite"
    encoder = TransformerEncoder(str(bert_folder), device="cpu", cache=cache)
    program = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('INSERT INTO vectors VALUES (?, ?, ?)', ('r', b'k', b'v')); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(cache)], check=False).returncode == 9
    rows = encoder.encode(TEXTS)
    again = TransformerEncoder(str(bert_folder), device="cpu", cache=cache)
    assert (again.encode(TEXTS) == rows).all()
    with sqlite3.connect(cache) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (4,)
    connection.close()


def test_a_file_that_is_no_cache_is_refused(bert_folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "notes.txt"
    cache.write_text("not a database, but long enough to look like a file" * 40, encoding="utf-8")
    with pytest.raises(ModelError, match="delete it or name another file"):
        TransformerEncoder(str(bert_folder), device="cpu", cache=cache)


def test_a_missing_model_says_how_to_fetch_it_and_does_not_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))

    def refuse(*_: object) -> None:
        raise AssertionError("the network is asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(ModelError, match="hf download sentence-transformers/LaBSE --local-dir"):
        load_encoder("sentence-transformers/LaBSE")
    with pytest.raises(ModelError, match="hf download sentence-transformers/no-such-model"):
        load_encoder("no-such-model")


def test_the_message_is_one_line_and_exit_code_two() -> None:
    environment = {**os.environ, "HF_HUB_CACHE": os.devnull, "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [sys.executable, "-m", "align", "model", "show", "nobody/nothing"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.count("\n") == 1
    assert "nobody/nothing" in run.stderr
    assert "hf download nobody/nothing" in run.stderr


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/folder", "a/b/c"])
def test_a_path_that_is_not_there_is_called_a_path(name: str) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        model_folder(name)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a model folder"):
        load_encoder(str(tmp_path))


def test_a_damaged_model_is_one_clear_error(bert_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bert_folder, copy)
    for weights in copy.glob("*.safetensors"):
        weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelError, match="cannot load it"):
        TransformerEncoder(str(copy), device="cpu")


@pytest.mark.parametrize(
    ("device", "complaint"), [("abacus", "is unknown"), ("meta", "not on this machine")]
)
def test_a_device_that_is_not_there(bert_folder: Path, device: str, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        TransformerEncoder(str(bert_folder), device=device)


def test_text_beyond_the_models_reach_is_reported(
    bert_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = TransformerEncoder(str(bert_folder), device="cpu")
    with caplog.at_level(logging.WARNING, logger="align"):
        encoder.encode(["和平行动部" * 20, "peace " * 5, "和平行动部" * 30])
    assert "reads 16 tokens of a text; the ends of 2 texts are not seen" in caplog.text


def test_surrogates_and_many_texts(bert_folder: Path) -> None:
    encoder = TransformerEncoder(str(bert_folder), device="cpu", progress=False)
    rows = encoder.encode([*[f"peace {k}" for k in range(600)], "和平\ud800"])
    assert rows.shape == (601, 16)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_the_bar_is_for_terminals_alone(
    bert_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    TransformerEncoder(str(bert_folder), device="cpu").encode(["peace"])
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
    TransformerEncoder(str(bert_folder), device="cpu", progress=True).encode(["peace"])
    assert capfd.readouterr().out == ""
