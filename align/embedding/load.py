"""Find an encoder by name or path; without a name, the one that ships with the tool."""

from __future__ import annotations

import os
from pathlib import Path

from align.embedding.folders import EMBEDDED, is_embedded, is_static, model_folder
from align.embedding.protocol import Encoder, TokenEncoder, gives_tokens


def load_encoder(
    name_or_path: str | None = None, *, device: str | None = None, cache: Path | None = None
) -> Encoder:
    """The encoder of this name or folder; None is the embedded model.

    A folder with a static model gives a TokenEncoder and needs no torch. Anything else is loaded by
    sentence-transformers on `device`, its vectors kept in the file `cache` where one is named.
    Raises ModelError when there is no such model here or it is damaged.
    """
    if name_or_path is None or is_embedded(name_or_path):
        folder = model_folder(None)
        return _static(folder, None if "ALIGN_MODEL" in os.environ else EMBEDDED)
    folder = Path(name_or_path)
    if is_static(folder):
        return _static(folder, name_or_path)
    from align.embedding.transformer import TransformerEncoder

    return TransformerEncoder(name_or_path, device=device, cache=cache)


def following_words(encoder: Encoder | None = None) -> TokenEncoder:
    """The encoder that follows words where this one cannot, as a transformer's tokens stand for
    nothing by themselves: then, and for None, the embedded one."""
    found = encoder if gives_tokens(encoder) else load_encoder()
    assert gives_tokens(found)
    return found


def _static(folder: Path, name: str | None) -> Encoder:
    from align.embedding.static import StaticEncoder

    return StaticEncoder(folder, name=name)
