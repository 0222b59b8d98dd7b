"""Chinese-English document alignment, translation memory and terminology checking, offline.

The names below are the public surface: they keep their meaning within a major version (semantic
versioning); everything else may change. Each is loaded when it is first used, so that
``import align`` costs next to nothing. Files are given as `str` or `Path`.

>>> import align
>>> document = align.read_document("minutes.txt")          # doctest: +SKIP
>>> result = align.align_files("zh.pdf", "en.docx")        # doctest: +SKIP
>>> [(unit.source, unit.target, unit.confidence) for unit in result.units][:2]  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from align.datatypes import (
        Alignment,
        Bead,
        Concept,
        Document,
        Finding,
        Match,
        Segment,
        Term,
        TranslationUnit,
    )
    from align.document import read_document
    from align.embedding.load import load_encoder
    from align.errors import (
        AlignError,
        FormatError,
        InputError,
        MemoryFileError,
        ModelError,
        NotTranslationsError,
    )
    from align.memory import TranslationMemory
    from align.memory.exchange import read_file as read_units
    from align.memory.exchange import write_file as write_units
    from align.pipeline import PairOptions, PairResult, align_files
    from align.pipeline import check_translation as check_units
    from align.reference.search import refer
    from align.terms.lookup import lookup
    from align.terms.termbase import load_termbase

# Where each public name is from; under another name there where two are given.
_HOME = {
    **dict.fromkeys(
        ("Alignment", "Bead", "Concept", "Document", "Finding", "Match", "Segment", "Term"),
        "align.datatypes",
    ),
    "TranslationUnit": "align.datatypes",
    **dict.fromkeys(
        ("AlignError", "FormatError", "InputError", "MemoryFileError", "ModelError"),
        "align.errors",
    ),
    "NotTranslationsError": "align.errors",
    "PairOptions": "align.pipeline",
    "PairResult": "align.pipeline",
    "TranslationMemory": "align.memory",
    "align_files": "align.pipeline",
    "check_units": "align.pipeline:check_translation",
    "load_encoder": "align.embedding.load",
    "load_termbase": "align.terms.termbase",
    "lookup": "align.terms.lookup",
    "read_document": "align.document",
    "read_units": "align.memory.exchange:read_file",
    "refer": "align.reference.search",
    "write_units": "align.memory.exchange:write_file",
}

__all__ = [
    "AlignError",
    "Alignment",
    "Bead",
    "Concept",
    "Document",
    "Finding",
    "FormatError",
    "InputError",
    "Match",
    "MemoryFileError",
    "ModelError",
    "NotTranslationsError",
    "PairOptions",
    "PairResult",
    "Segment",
    "Term",
    "TranslationMemory",
    "TranslationUnit",
    "align_files",
    "check_units",
    "load_encoder",
    "load_termbase",
    "lookup",
    "read_document",
    "read_units",
    "refer",
    "write_units",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    module, _, there = home.partition(":")
    found = getattr(import_module(module), there or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
