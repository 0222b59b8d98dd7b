"""Encoding speed: the embedded model against a random transformer of LaBSE's size."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from align.embedding.folders import embedded_folder
from align.embedding.load import load_encoder
from align.embedding.static import StaticEncoder

T = TypeVar("T")
CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
)


def main() -> None:
    """Load and encode with both in this process; print sentences a second and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=20_000, help="for the embedded model")
    parser.add_argument("--few", type=int, default=128, help="for the transformer")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    loads = sorted(_timed(lambda: StaticEncoder(embedded_folder()))[0] for _ in range(5))
    encoder = load_encoder()
    texts = sentences(options.sentences)
    encoder.encode(texts[:100])
    seconds = min(_timed(lambda: encoder.encode(texts))[0] for _ in range(3))
    ours = len(texts) / seconds
    print("model\tload s\tsentences\tseconds\tsentences/s")
    print(f"{encoder.name}\t{loads[2]:.3f}\t{len(texts)}\t{seconds:.2f}\t{ours:.0f}", flush=True)
    load, model = _timed(lambda: transformer(options.threads))
    few = texts[:: len(texts) // options.few][: options.few]
    model(few[:8])
    seconds, _ = _timed(lambda: model(few))
    theirs = len(few) / seconds
    print(f"BERT 12 x 768, random\t{load:.1f}\t{len(few)}\t{seconds:.2f}\t{theirs:.1f}")
    print(f"ratio\t\t\t\t{ours / theirs:.0f}")


def sentences(count: int) -> list[str]:
    """The corpora's sentences over and over, a different number in each: half Chinese."""
    lines = [
        line
        for path in sorted(ROOT.glob("corpora/*/*.[ze][hn]"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]
    return [f"{lines[k % len(lines)]} {k}" for k in range(count)]


def transformer(threads: int) -> Callable[[Sequence[str]], object]:
    """A BERT-base encoder through sentence-transformers, as LaBSE is but for its vocabulary.

    LaBSE has 12 layers of width 768 over 501,153 tokens. Looking a token up costs the same in a
    small vocabulary, so characters do here; English is spelt in pieces of four letters to have as
    many tokens as LaBSE would make.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from tokenizers import Regex, Tokenizer, models, pre_tokenizers
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
        from transformers.utils import logging

        logging.disable_progress_bar()

        torch.set_num_threads(threads)
        torch.manual_seed(0)
        vocabulary = {"[PAD]": 0, "[UNK]": 1} | {c: k + 2 for k, c in enumerate(CHARACTERS)}
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Split(
            Regex(r"\p{Han}|[A-Za-z]{1,4}|[0-9]{1,3}|[^\s]"), "removed", invert=True
        )
        fast = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=256
        )
        config = BertConfig(vocab_size=30_000)
        with tempfile.TemporaryDirectory() as folder:
            BertModel(config).save_pretrained(folder)
            fast.save_pretrained(folder)
            module = Transformer(folder, max_seq_length=256)
            modules = [module, Pooling(module.get_embedding_dimension())]
            model = SentenceTransformer(modules=modules, device="cpu")
    return lambda texts: model.encode(list(texts), batch_size=32, show_progress_bar=False)


def _timed(run: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = run()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    main()
