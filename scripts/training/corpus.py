"""Training pairs from a folder of train/ and dict/ tables: weighted, and parts held out."""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from align.language.folding import fold

# How often a pair of a file is seen in an epoch, against one of the general file. Software text is
# clean but far from the domain: a share of it only. Institutional text counts more than once.
SHARE = {
    "udhr": 4.0,
    "sdg_un": 4.0,
    "prc_constitution_laws": 3.0,
    "jiyu_formal": 1.5,
    "tico19": 2.0,
    "ud_pud": 2.0,
    "xquad": 2.0,
    "tatoeba_manythings": 1.5,
    "bible_chiun_bsb": 0.5,
    "python_docs": 0.12,
    "php_manual": 0.15,
    "django_docs": 0.15,
    "libreoffice_help": 0.15,
    "libreoffice_ui": 0.2,
    "godot_editor": 0.2,
    "comprehensive_rust": 0.5,
    "dict/cc_cedict": 1.0,
    "dict/un_orgs": 6.0,
    "dict/institutional": 6.0,
    "dict/countries_mledoze": 4.0,
    "dict/iso_codes": 2.0,
    "dict/cldr_names": 2.0,
    "dict/tico19_terms": 2.0,
    "dict/sdg_un": 4.0,
}
SOFTWARE_DICT = 0.15  # dict/ui_*, dict/libreoffice_help_terms
EVERYDAY, CLEAN = "tatoeba_manythings", "jiyu_formal"


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese and an English text, the file they come from, and how often to show them."""

    zh: str
    en: str
    file: str
    share: float


def draw(*parts: str) -> float:
    """A number in [0, 1) that depends on the texts alone: the same split on every run."""
    digest = hashlib.sha256("\t".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of a TSV file, .xz or plain; a line without exactly two texts is passed over.

    A line is a pair: quotation marks are text, but for a field that a table program has quoted.
    """
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            row = [_unquoted(field).strip() for field in line.rstrip("\r\n").split("\t")]
            if len(row) == 2 and all(row):
                yield row[0], row[1]


def _unquoted(field: str) -> str:
    """A field as written before quoting: it stands in quotes, and those inside it are doubled."""
    inner = field[1:-1]
    if len(field) < 2 or field[0] != '"' or field[-1] != '"':
        return field
    return inner.replace('""', '"') if '"' not in inner.replace('""', "") else field


def read(folder: Path, terms: Path | None = None) -> list[Pair]:
    """Every pair of the folder's train/ and dict/ files, duplicates once, glosses split."""
    seen: set[tuple[str, str]] = set()
    pairs = []
    files = sorted(folder.glob("train/*.tsv*")) + sorted(folder.glob("dict/*.tsv*"))
    for path in [*files, *([terms] if terms else [])]:
        stem = path.name.split(".")[0]
        is_dict = path.parent.name == "dict" or path == terms
        file = f"dict/{stem}" if is_dict else stem
        if path == terms:
            file = "dict/institutional"
        share = SHARE.get(file, SOFTWARE_DICT if is_dict else 1.0)
        for zh, en in rows(path):
            for gloss in glosses(en) if file == "dict/cc_cedict" else (en,):
                if (zh, gloss) not in seen:
                    seen.add((zh, gloss))
                    pairs.append(Pair(zh, gloss, file, share))
    return pairs


_NOTE = regex.compile(r"\s*[\(\[][^\)\]]*[\)\]]")
_POINTER = regex.compile(
    r"^(variant of|old variant|see |also written|abbr\. |used in |CL:|surname )", regex.I
)


def glosses(en: str) -> list[str]:
    """The senses of a dictionary entry, notes in brackets removed, pointers left out."""
    found = []
    for sense in regex.split(r"[;/]", en):
        sense = _NOTE.sub("", sense).strip(" ,.")
        if sense and not _POINTER.match(sense) and not regex.search(r"\p{Han}", sense):
            found.append(sense)
    return found


def held_out(pair: Pair) -> str | None:
    """The test that a pair is kept for, if any: everyday, formal or terms.

    Terms are held out by their Chinese side, so that no sense of a held-out word is trained on.
    """
    if pair.file == EVERYDAY and draw(pair.zh) < 0.04:
        return "everyday"
    if pair.file == CLEAN and draw(pair.zh) < 0.025:
        return "formal"
    is_term = pair.file.startswith("dict/") and pair.file != "dict/institutional"
    return "terms" if is_term and len(pair.zh) >= 2 and draw(pair.zh) < 0.02 else None


def tests(pairs: Sequence[Pair], folder: Path) -> dict[str, list[tuple[str, str]]]:
    """The held-out tests, no text twice in one: parts of the pairs, and the folder's dev/ files.

    The WMT files begin with four thousand news sentences; "news" is the first 1,997 pairs, as many
    as the public news test has that other systems are measured on.
    """
    found: dict[str, list[tuple[str, str]]] = {"everyday": [], "formal": [], "terms": []}
    for pair in pairs:
        if kind := held_out(pair):
            found[kind].append((pair.zh, pair.en))
    dev = [row for path in sorted(folder.glob("dev/*.tsv*")) for row in rows(path)]
    found = {name: _distinct(part) for name, part in found.items()}
    found["everyday"] = found["everyday"][:1000]
    dev = _distinct(dev)
    return {**{k: v[:2000] for k, v in found.items()}, "news": dev[:1997], "dev": dev}


def without(pairs: Sequence[Pair], tests: dict[str, list[tuple[str, str]]]) -> list[Pair]:
    """The pairs to train on: none held out, and no sentence of a test under another translation."""
    taken = {
        _letters(text)
        for name, part in tests.items()
        if name != "terms"
        for row in part
        for text in row
    }
    return [
        pair
        for pair in pairs
        if held_out(pair) is None
        and (
            pair.file.startswith("dict/")
            or (_letters(pair.zh) not in taken and _letters(pair.en) not in taken)
        )
    ]


def _letters(text: str) -> str:
    return str(regex.sub(r"[^\p{L}\p{N}]", "", fold(text)))


def _distinct(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    seen: set[str] = set()
    kept = []
    for zh, en in pairs:
        if zh not in seen and en.lower() not in seen:
            seen |= {zh, en.lower()}
            kept.append((zh, en))
    return kept
