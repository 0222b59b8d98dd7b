"""Any sentence-transformers model as an encoder: by folder, or by a name already downloaded.

torch and sentence_transformers are imported when one is made. Nothing is ever fetched: a text that
is to be translated must not wait for, or be seen by, another machine.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from align.embedding.folders import model_folder
from align.embedding.protocol import Vectors
from align.embedding.vector_cache import VectorCache
from align.errors import ModelError

log = logging.getLogger(__name__)

_CHUNK = 512  # texts between two savings of the cache
# Files that do not change what a model computes.
_UNHASHED = (".md", ".png", ".jpg", ".gitattributes", ".onnx", ".msgpack", ".h5", ".ot")


class TransformerEncoder:
    """A sentence-transformers model behind the Encoder protocol."""

    def __init__(
        self,
        name: str,
        *,
        device: str | None = None,
        cache: Path | None = None,
        batch_size: int = 32,
        progress: bool | None = None,
    ) -> None:
        """Load the model `name`, a folder or a hub name, onto `device` (None chooses).

        Vectors are kept in the SQLite file `cache` where one is named. `progress` shows a bar on
        stderr; None means: if it is a terminal.
        """
        folder = model_folder(name)
        self.name = name
        self.revision = _revision(folder)
        self._batch_size = batch_size
        self._progress = sys.stderr.isatty() if progress is None else progress
        self._model = _load(folder, name, device)
        self.dim = int(self._model.get_embedding_dimension() or self._probe())
        self._cache = VectorCache(cache, self.name_in_cache, self.dim) if cache else None

    @property
    def name_in_cache(self) -> str:
        """What cached vectors are filed under: the content's hash, not the name."""
        return self.revision

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as unit rows, float32 (len(texts), dim); an empty text gives zeros."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        places: dict[str, list[int]] = {}
        for index, text in enumerate(texts):
            if text.strip():
                places.setdefault(text, []).append(index)
        known = self._cache.get(list(places)) if self._cache else {}
        for text, vector in known.items():
            rows[places[text]] = vector
        missing = sorted((text for text in places if text not in known), key=len, reverse=True)
        self._warn_of_long(missing)
        for chunk in self._chunks(missing):
            vectors = self._encode_chunk(chunk)
            if self._cache:
                self._cache.put(chunk, vectors)
            for text, vector in zip(chunk, vectors, strict=True):
                rows[places[text]] = vector
        return rows

    def _encode_chunk(self, texts: list[str]) -> Vectors:
        """Unit vectors of some texts; raises ModelError where the model gives none."""
        clean = [
            text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts
        ]
        vectors = np.asarray(
            self._model.encode(clean, batch_size=self._batch_size, show_progress_bar=False),
            np.float32,
        )
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(norms).all():
            raise ModelError(
                f"{self.name}: gives vectors that are not numbers; the model is damaged"
            )
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors

    def _chunks(self, texts: list[str]) -> Iterator[list[str]]:
        """The texts in chunks, with a progress bar where one is wanted."""
        chunks = [texts[first : first + _CHUNK] for first in range(0, len(texts), _CHUNK)]
        if not self._progress or not chunks:
            yield from chunks
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(file=sys.__stderr__), transient=True) as bar:
            task = bar.add_task(f"Encoding with {self.name}", total=len(texts))
            for chunk in chunks:
                yield chunk
                bar.advance(task, len(chunk))

    def _warn_of_long(self, texts: list[str]) -> None:
        """Say how many texts the model will cut, once."""
        limit = self._model.max_seq_length
        if not limit or limit == float("inf"):
            return
        long = [text for text in texts if len(text) > limit]  # a token has at least a character
        tokenizer = getattr(self._model, "tokenizer", None)
        if long and tokenizer is not None:
            cut = sum(
                len(tokenizer(text, truncation=False, verbose=False)["input_ids"]) > limit
                for text in long
            )
            if cut:
                log.warning(
                    "%s reads %d tokens of a text; the ends of %d texts are not seen",
                    self.name,
                    limit,
                    cut,
                )

    def _probe(self) -> int:
        return int(np.asarray(self._model.encode(["a"], show_progress_bar=False)).shape[1])


def _load(folder: Path, name: str, device: str | None) -> Any:
    """A sentence-transformers model from a folder, with no code of its own run."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with warnings.catch_warnings():
        # Deprecations inside these libraries are not the user's.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging
        except ModuleNotFoundError as error:
            raise ModelError(
                f"{name}: needs {error.name}, which this light installation lacks; run"
                " pip install sentence-transformers, or leave --model out"
            ) from error

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        _check_device(torch, device)
        try:
            model = SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                trust_remote_code=False,  # a model is data; no code of its folder runs
                model_kwargs={"weights_only": True},
            )
        except Exception as error:  # whatever a damaged folder makes these libraries raise
            reason = " ".join(str(error).split())[:200]
            raise ModelError(
                f"{name}: sentence-transformers cannot load it ({type(error).__name__}: {reason}); "
                "fetch or copy the model again"
            ) from error
    model.eval()
    return model


def _check_device(torch: Any, device: str | None) -> None:
    """Raise ModelError where torch does not know the device or has none."""
    if device is None:
        return
    try:
        kind = torch.device(device).type
    except RuntimeError as error:
        raise ModelError(f"device {device!r} is unknown; use cpu, cuda, cuda:1 or mps") from error
    usable = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if not usable.get(kind, False):
        raise ModelError(f"device {device!r} is not on this machine; use cpu")


def _revision(folder: Path) -> str:
    """Hash of every file that matters to the vectors, 12 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or path.suffix in _UNHASHED or inside.parts[0].startswith("."):
            continue
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(inside.as_posix().encode() + b"\0" + content)
    return digest.hexdigest()[:12]
