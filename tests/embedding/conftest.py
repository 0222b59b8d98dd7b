"""A tiny static model, worked out by hand, and a tiny transformer with random weights."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from align.embedding.folders import embedded_folder
from align.embedding.static import StaticEncoder

# Two directions, "peace" and "keeping"; the unknown token and the mark are silent.
PIECES = [("[UNK]", 0.0), ("▁", -1.0), ("和平", -3.0), ("维持", -3.0), ("和", -5.0), ("平", -5.0)]
PIECES += [("▁peace", -3.0), ("▁keeping", -3.0)]
VECTORS = [[0, 0], [0, 0], [2, 0], [0, 1], [1, 0], [1, 0], [2, 0], [0, 1]]


def tiny_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(PIECES, 0, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{Han}+|\w+"), "removed", invert=True),
            pre_tokenizers.Metaspace("▁", "always", split=False),
        ]
    )
    return tokenizer


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """A static model folder of eight tokens and two dimensions."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    save_file({"embedding.weight": np.asarray(VECTORS, np.float16)}, folder / "model.safetensors")
    modules = [
        {
            "idx": 0,
            "name": "0",
            "path": "",
            "type": "sentence_transformers.sentence_transformer.modules.static_embedding."
            "StaticEmbedding",
        },
        {
            "idx": 1,
            "name": "1",
            "path": "1_Normalize",
            "type": "sentence_transformers.base.modules.normalize.Normalize",
        },
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def embedded() -> StaticEncoder:
    """The model that ships with the tool."""
    folder = embedded_folder()
    assert (folder / "modules.json").is_file(), f"{folder}: no embedded model"
    return StaticEncoder(folder)


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real transformer, two small layers with random weights, saved by sentence-transformers."""
    folder = tmp_path_factory.mktemp("models") / "tiny-bert"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from tokenizers import normalizers
        from tokenizers.pre_tokenizers import BertPreTokenizer
        from tokenizers.processors import TemplateProcessing
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "peace", "keeping", "operations"]
        words += list("维持和平行动部安全理事会")
        vocabulary = {word: k for k, word in enumerate(dict.fromkeys(words))}
        tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = BertPreTokenizer()
        tokenizer.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=tokenizer,
            pad_token="[PAD]",
            unk_token="[UNK]",
            cls_token="[CLS]",
            sep_token="[SEP]",
            model_max_length=16,
        )
        torch.manual_seed(7)
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=16,
        )
        plain = folder.parent / "plain"
        BertModel(config).save_pretrained(plain)
        fast.save_pretrained(plain)
        module = Transformer(str(plain), max_seq_length=16)
        pooling = Pooling(module.get_embedding_dimension())
        SentenceTransformer(modules=[module, pooling], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def embedded_path() -> Path:
    """The folder of the model that ships with the tool."""
    return embedded_folder()
