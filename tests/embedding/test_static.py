"""The static encoder: what it computes, and that sentence-transformers computes the same."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from align.embedding.protocol import Encoder, TokenEncoder
from align.embedding.static import StaticEncoder
from align.errors import ModelError


def cosine(encoder: StaticEncoder, left: str, right: str) -> float:
    a, b = encoder.encode([left, right])
    return float(a @ b)


def test_a_sentence_is_the_normalised_sum_of_its_tokens(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    rows = encoder.encode(["维持和平", "keeping keeping peace", "维持", "", "???", "xyz"])
    # 维持 (0, 1) + 和平 (2, 0); twice (0, 1) + (2, 0)
    expected = np.array(
        [[2 / 5**0.5, 1 / 5**0.5], [1 / 2**0.5, 1 / 2**0.5], [0, 1], [0, 0], [0, 0], [0, 0]]
    )
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    assert rows.dtype == np.float32


def test_tokens_come_with_their_places_and_without_silent_ones(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    texts = ["维持和平 peace", "", "和 xyz 平"]
    tokens = encoder.tokenize(texts)
    assert tokens.bounds.tolist() == [0, 3, 3, 5]
    assert [encoder.token(id) for id in tokens.ids] == ["维持", "和平", "▁peace", "和", "平"]
    assert tokens.spans.tolist() == [[0, 2], [2, 4], [5, 10], [0, 1], [6, 7]]


def test_it_is_a_token_encoder(tiny_folder: Path) -> None:
    encoder = StaticEncoder(tiny_folder)
    assert isinstance(encoder, Encoder)
    assert isinstance(encoder, TokenEncoder)
    assert (encoder.name, encoder.dim) == ("tiny", 2)
    assert encoder.encode([]).shape == (0, 2)
    assert encoder.tokenize([]).bounds.tolist() == [0]


def test_the_revision_follows_the_content(tiny_folder: Path) -> None:
    before = StaticEncoder(tiny_folder).revision
    assert before == StaticEncoder(tiny_folder).revision
    save_file({"embedding.weight": np.ones((8, 2), np.float16)}, tiny_folder / "model.safetensors")
    assert StaticEncoder(tiny_folder).revision != before
    assert len(before) == 12


@pytest.mark.parametrize(
    ("tensors", "complaint"),
    [
        ({"embedding.weight": np.ones((3, 2), np.float32)}, "8 tokens but 3 vectors"),
        ({"embedding.weight": np.full((8, 2), np.nan, np.float32)}, "damaged"),
        ({"other": np.ones((8, 2), np.float32)}, "no embedding.weight"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    tiny_folder: Path, tensors: dict[str, np.ndarray], complaint: str
) -> None:
    save_file(tensors, tiny_folder / "model.safetensors")
    with pytest.raises(ModelError, match=complaint):
        StaticEncoder(tiny_folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{not a model"])
def test_a_damaged_file_is_one_clear_error(
    tiny_folder: Path, name: str, content: bytes | None
) -> None:
    if content is None:
        (tiny_folder / name).unlink()
    else:
        (tiny_folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=name):
        StaticEncoder(tiny_folder)


SENTENCES = [
    "联合国维持和平行动特别委员会今天上午开会。",
    "The Special Committee on Peacekeeping Operations met this morning.",
    "秘书长提出了以行动促维和＋倡议（A4P+）。",
    "Côte d’Ivoire — “police-contributing countries”, 33% of 5,000; resolution 2538 (2020)",
    "聯合國維持和平行動",
    "ＡＢＣ１２３",
    "a",
    "",
    "😀 x ⸮ \u0301",
]


def test_sentence_transformers_agrees(embedded: StaticEncoder, embedded_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from sentence_transformers import SentenceTransformer

        theirs = SentenceTransformer(str(embedded_path), device="cpu").encode(
            SENTENCES, show_progress_bar=False
        )
    ours = embedded.encode(SENTENCES)
    # Their normalisation of nothing in float16 is 0/0; ours gives zeros.
    said = [index for index, text in enumerate(SENTENCES) if text]
    np.testing.assert_allclose(ours[said], np.asarray(theirs, np.float32)[said], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(ours[said], axis=1), 1.0, atol=1e-5)
    assert not ours[SENTENCES.index("")].any()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("联合国维持和平行动", "聯合國維持和平行動"),
        ("A4P 2023 (33%)", "Ａ４Ｐ　２０２３（３３％）"),
        ("维和人员说：“谢谢”", "維和人員說:「謝謝」"),
        ("THE GENERAL ASSEMBLY", "the general assembly"),
        ("Côte d’Ivoire", "Cote d'Ivoire"),
        ("co\u0302te", "côte"),
        ("a\tb\r\nc", "a b c"),
        ("peace\u00adkeeping", "peacekeeping"),
    ],
)
def test_forms_of_one_text_embed_alike(embedded: StaticEncoder, left: str, right: str) -> None:
    assert cosine(embedded, left, right) == pytest.approx(1.0, abs=1e-6)


def test_a_plus_makes_a_difference_but_a_small_one(embedded: StaticEncoder) -> None:
    assert 0.6 < cosine(embedded, "以行动促维和", "以行动促维和+") < 0.99
    assert cosine(embedded, "以行动促维和+", "A4P+") > cosine(embedded, "以行动促维和", "A4P+")


def test_order_and_company_change_nothing(embedded: StaticEncoder) -> None:
    many = SENTENCES * 700  # more than are tokenised at once
    np.testing.assert_allclose(embedded.encode(many)[-9:], embedded.encode(SENTENCES), atol=1e-6)
    assert (embedded.encode(many) == embedded.encode(many)).all()
    tokens = embedded.tokenize(many)
    one = embedded.tokenize(SENTENCES)
    assert (np.diff(tokens.bounds).reshape(700, 9) == np.diff(one.bounds)).all()
    assert (tokens.ids[-len(one.ids) :] == one.ids).all()


def test_spans_point_into_the_original_text(embedded: StaticEncoder) -> None:
    text = "聯合國（Ａ４Ｐ＋）與  Côte d’Ivoire"
    tokens = embedded.tokenize([text])
    places = [text[start:end] for start, end in tokens.spans]
    assert "".join(places).replace(" ", "") == text.replace(" ", "")
    assert places[:2] == ["聯合國", "（"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(alphabet=st.sampled_from("维和行動Ａa4é+ \n，。(’😀\u0301ﬁ㎏½ß"), max_size=30))
)
def test_spans_are_in_order_and_inside(embedded: StaticEncoder, texts: list[str]) -> None:
    tokens = embedded.tokenize(texts)
    assert len(tokens.bounds) == len(texts) + 1
    assert tokens.bounds[-1] == len(tokens.ids) == len(tokens.spans)
    for k, text in enumerate(texts):
        spans = tokens.spans[tokens.bounds[k] : tokens.bounds[k + 1]]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert (np.diff(spans[:, 0]) >= 0).all()
    bare = embedded.tokenize(texts, spans=False)
    assert (bare.ids == tokens.ids).all()
    assert (bare.bounds == tokens.bounds).all()
    assert bare.spans.shape == (0, 2)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_the_sum_of_its_tokens_is_what_a_text_embeds_to(
    embedded: StaticEncoder, texts: Sequence[str]
) -> None:
    tokens = embedded.tokenize(texts)
    rows = embedded.encode(texts)
    for k in range(len(texts)):
        total = embedded.matrix[tokens.ids[tokens.bounds[k] : tokens.bounds[k + 1]]].sum(axis=0)
        norm = np.linalg.norm(total)
        expected = total / norm if norm else total
        np.testing.assert_allclose(rows[k], expected, atol=2e-5)


def test_a_lone_surrogate_is_not_the_end(embedded: StaticEncoder) -> None:
    rows = embedded.encode(["维和\ud800行动", "维和行动"])
    assert float(rows[0] @ rows[1]) > 0.8
    text = "ab\udfff维和"
    spans = embedded.tokenize([text]).spans
    assert text[spans[-1][0] : spans[-1][1]] == "维和"


def test_a_megabyte_in_one_line(embedded: StaticEncoder) -> None:
    line = "联合国维和行动peacekeeping," * 53_000
    began = time.process_time()
    long = embedded.encode([line])
    assert time.process_time() - began < 20  # seconds; about half a second alone
    assert len(line) > 1_000_000
    short = embedded.encode([line[: len(line) // 100]])
    assert float(long[0] @ short[0]) > 0.999
