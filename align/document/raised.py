"""Raised and lowered characters in plain text: 10³ and not 103, 1st and not 1ˢᵗ."""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-=()ni−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻")
_LOWERED = str.maketrans("0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")
_HAS_RAISED = re.compile(r"[0-9+\-=()−]+|[0-9+\-=()−]*n[0-9+\-=()−]*")
_HAS_LOWERED = re.compile(r"[0-9+\-=()−]+")
_SIGNS = {"TM": "™", "SM": "℠", "(R)": "®", "o": "°"}
_NOTE_MARK = re.compile(
    r"[\[(（〔【]?\s?(?:\d{1,3}|[a-zA-Z]{1,2}|[ivx]{1,5}|[*＊†‡§¶]{1,4}|注\s?\d{0,3}|[①-⑳])\s?[\])）〕】]?"
)


def raised(text: str, before: str) -> str:
    """What stands for `text`, raised after `before`, in plain text.

    >>> raised("3", "10"), raised("st", "1"), raised("TM", "Lamp"), raised("k", "x")
    ('³', 'st', '™', '^k')
    """
    bare = text.strip()
    if _HAS_RAISED.fullmatch(bare):
        return text.translate(_RAISED)
    if bare in _SIGNS and (bare != "o" or before[-1:].isdigit()):
        return _SIGNS[bare]
    # One letter over another, or over a figure, is an exponent; several are an ending: 1st, Mme.
    exponent = len(bare) == 1 and bare.isalpha() and re.search(r"(?:^|\W)\w$", before)
    return f"^{text}" if exponent else text


def lowered(text: str, before: str) -> str:
    """What stands for `text`, lowered after `before`: H2O is written so, figures do not fuse.

    >>> lowered("2", "H"), lowered("2", "10")
    ('2', '₂')
    """
    fuses = before[-1:].isdigit() and _HAS_LOWERED.fullmatch(text.strip())
    return text.translate(_LOWERED) if fuses else text


def is_note_mark(text: str) -> bool:
    """Whether raised text may be the mark of a note: 12, [3], *, †, a, （注2）."""
    return _NOTE_MARK.fullmatch(text.strip()) is not None
