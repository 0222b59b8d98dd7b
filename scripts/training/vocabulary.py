"""The tokenizer: one normalisation for both languages, whole words where they are frequent.

Han runs are cut by a unigram model over jieba's words and single characters, Latin words by a
sentencepiece unigram model over word counts; digits in short groups. Script, width, case, accents,
quotes and dashes are folded by a compiled map inside the tokenizer, so that whoever loads
tokenizer.json sees the same tokens, with offsets into the original text.
"""

from __future__ import annotations

import io
import json
import math
import multiprocessing
import os
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import regex
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from align.language.folding import simplify

UNKNOWN, MARK = "[UNK]", "▁"
# One token class a line; what no line matches is white space and goes.
PATTERN = "|".join(
    (
        r"\p{Han}+",
        r"[0-9]+",
        r"[\p{L}\p{M}--\p{Han}][\p{L}\p{M}0-9--\p{Han}]*",
        r"[^\s\p{C}]",
    )
)
# tokenizers' engine writes set difference in another way than Python's regex does.
ONIGURUMA = PATTERN.replace(r"[\p{L}\p{M}--\p{Han}]", r"[\p{L}\p{M}&&[^\p{Han}]]").replace(
    r"[\p{L}\p{M}0-9--\p{Han}]", r"[\p{L}\p{M}0-9&&[^\p{Han}]]"
)
_PIECES = regex.compile(PATTERN, regex.V1)

_SPACES = "\t\n\r\x0b\x0c\u00a0\u1680\u2028\u2029\u202f\u205f\u3000·‧・•" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_NOTHING = "\u00ad\u200b\u200c\u200d\u2060\ufeff" + "".join(
    map(chr, chain(range(0x300, 0x370), range(0xFE00, 0xFE10), range(0x200E, 0x2010)))
)
_SAME = {
    **dict.fromkeys("‘’‛′`´", "'"),
    **dict.fromkeys("“”„″「」『』《》〈〉«»", '"'),
    **dict.fromkeys("‐‑‒–—―−─", "-"),
    **dict.fromkeys("【〔", "["),
    **dict.fromkeys("】〕", "]"),
    "。": ".",
    "、": ",",
    "～": "~",
}
_SKIPPED = ((0xAC00, 0xD7A4), (0xFB50, 0xFE00), (0xFE70, 0xFEFF), (0xD800, 0xE000))


def folded(char: str) -> str:
    """What one character becomes inside the tokenizer."""
    if char in _SPACES:
        return " "
    if char in _NOTHING:
        return ""
    if char in _SAME:
        return _SAME[char]
    text = simplify(unicodedata.normalize("NFKC", char)).lower()
    text = "".join(_SAME.get(c, c) for c in text)
    bases = unicodedata.normalize("NFD", text)
    if bases and ord(bases[0]) < 0x530:  # Latin, Greek, Cyrillic lose their accents
        text = "".join(c for c in bases if not unicodedata.combining(c))
    return text


def rules() -> dict[str, str]:
    """Every character that folding changes."""
    codes = chain(range(0x9, 0x30000), range(0xE0100, 0xE01F0))
    found = {}
    for code in codes:
        if any(first <= code < end for first, end in _SKIPPED):
            continue
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Co"):
            continue
        new = folded(char)
        if new != char and len(new) <= 8:
            found[char] = new
    return found


def charsmap() -> bytes:
    """The folding rules, compiled to the map that sentencepiece and tokenizers read."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as proto

    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "rules.tsv")
        table.write_text(
            "".join(
                f"{ord(old):X}\t{' '.join(f'{ord(c):X}' for c in new)}\n"
                for old, new in rules().items()
            ),
            encoding="ascii",
        )
        buffer = io.BytesIO()
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=iter(["a b c d e f g"]),
            model_writer=buffer,
            model_type="char",
            vocab_size=12,
            hard_vocab_limit=False,
            normalization_rule_tsv=str(table),
            minloglevel=2,
        )
    model = proto.ModelProto()
    model.ParseFromString(buffer.getvalue())
    return bytes(model.normalizer_spec.precompiled_charsmap)


def count_words(texts: Sequence[tuple[str, float]], compiled: bytes) -> Counter[str]:
    """Weighted counts of words in (text, weight): Han cut by jieba, other tokens as they are."""
    parts = [(texts[k::8], compiled) for k in range(8)]
    total: Counter[str] = Counter()
    with multiprocessing.get_context("fork").Pool(min(os.cpu_count() or 1, 8)) as pool:
        for part in pool.imap(_count, parts):
            total.update(part)
    return total


def _count(job: tuple[Sequence[tuple[str, float]], bytes]) -> dict[str, float]:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    texts, compiled = job
    normalizer = normalizers.Precompiled(compiled)
    counts: dict[str, float] = {}
    for text, weight in texts:
        for piece in _PIECES.findall(normalizer.normalize_str(text)):
            words = jieba.cut(piece, HMM=False) if _is_han(piece) else (piece,)
            for word in words:
                counts[word] = counts.get(word, 0.0) + weight
    return counts


def _is_han(word: str) -> bool:
    return bool(regex.match(r"\p{Han}", word))


def build(
    counts: Counter[str],
    compiled: bytes,
    size: int,
    *,
    latin: float = 0.5,
    keep: Iterable[str] = (),
) -> Tokenizer:
    """A tokenizer of `size` tokens, a share `latin` of them for Latin words and their parts.

    Words in `keep` become tokens whatever their count.
    """
    han = Counter({word: n for word, n in counts.items() if _is_han(word)})
    digits = Counter({word: n for word, n in counts.items() if word.isascii() and word.isdigit()})
    words = {word: n for word, n in counts.items() if word[0].isalpha() and word not in han}
    signs: dict[str, float] = {
        word: n
        for word, n in counts.items()
        if word not in han and word not in digits and word not in words
    }
    keep = sorted(set(keep))
    pieces: dict[str, float] = {UNKNOWN: 0.0, MARK: -1.0}
    pieces |= _scores({sign: n for sign, n in signs.items() if n >= 20})
    pieces |= _scores(_number_counts(digits))
    pieces |= _latin(words, int(size * latin), [word for word in keep if word in words])
    pieces |= _han(han, size - len(pieces), [word for word in keep if word in han])
    return assemble(list(pieces.items()), compiled)


def _scores(counts: dict[str, float]) -> dict[str, float]:
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {word: round(math.log(n / total), 3) for word, n in ranked}


def _number_counts(digits: Counter[str]) -> dict[str, float]:
    chosen = {str(k): 1.0 for k in range(100)} | {f"0{k}": 1.0 for k in range(10)} | {"000": 1.0}
    chosen |= {str(year): 1.0 for year in range(1900, 2051)}
    chosen |= {word: n for word, n in digits.most_common(1200) if len(word) <= 4}
    return {word: max(n, digits[word]) for word, n in chosen.items()}


def _han(counts: Counter[str], room: int, keep: Sequence[str]) -> dict[str, float]:
    characters: Counter[str] = Counter()
    for word, n in counts.items():
        for char in word:
            characters[char] += n
    # A character alone is rarer than in words; a floor lets any word be spelt.
    chosen = {char: max(counts[char], 0.5) for char, n in characters.items() if n >= 4}
    chosen |= {word: max(counts[word], 1.0) for word in keep}
    for word, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(chosen) >= room:
            break
        if len(word) > 1:
            chosen[word] = n
    return _scores(chosen)


def _latin(
    counts: Mapping[str, float], room: int, keep: Sequence[str], parts: int = 6000
) -> dict[str, float]:
    """Frequent Latin words whole, marked at their beginning, and parts to spell the others with.

    The parts come from a unigram model over the word counts; a penalty keeps them from taking a
    whole word's place.
    """
    pieces = _parts(counts, min(parts, room // 4))
    pieces = {piece: round(score - 5.0, 3) for piece, score in pieces.items()}
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for word in chain(keep, (word for word, _ in ranked)):
        if len(pieces) >= room:
            break
        pieces[MARK + word] = round(math.log(max(counts[word], 1.0) / total), 3)
    return pieces


def _parts(counts: Mapping[str, float], size: int) -> dict[str, float]:
    import sentencepiece

    lines = [f"{word}\t{round(n)}" for word, n in sorted(counts.items()) if n >= 2]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "words.tsv")
        table.write_text("\n".join(lines), encoding="utf-8")
        buffer = io.BytesIO()
        sentencepiece.SentencePieceTrainer.Train(
            input=str(table),
            input_format="tsv",
            model_writer=buffer,
            model_type="unigram",
            vocab_size=size,
            hard_vocab_limit=False,
            normalization_rule_name="identity",
            character_coverage=0.99995,
            split_by_number=False,
            split_by_unicode_script=False,
            max_sentencepiece_length=12,
            num_threads=1,
            minloglevel=2,
        )
    processor = sentencepiece.SentencePieceProcessor(model_proto=buffer.getvalue())
    scores = {
        processor.id_to_piece(k): processor.get_score(k)
        for k in range(processor.get_piece_size())
        if not processor.is_control(k) and not processor.is_unknown(k)
    }
    scores.pop(MARK, None)
    return scores


def assemble(pieces: Sequence[tuple[str, float]], compiled: bytes) -> Tokenizer:
    """The tokenizer of these (piece, log probability); the first piece is the unknown one."""
    tokenizer = Tokenizer(models.Unigram(list(pieces), 0, False))
    tokenizer.normalizer = normalizers.Precompiled(compiled)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(ONIGURUMA), "removed", invert=True),
            pre_tokenizers.Metaspace(MARK, "always", split=False),
        ]
    )
    return tokenizer


def to_json(tokenizer: Tokenizer) -> str:
    """tokenizer.json without white space, for a quick load."""
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
