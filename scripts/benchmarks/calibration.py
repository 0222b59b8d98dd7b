"""How true the probabilities of spans are: stated and true precision in ten bins, on unseen texts.

    scripts/bench calibration [--sentences 2000]

The texts are those of ../shared/data/dev, which nothing is trained on; spans whose rendering is known
are found as in training: dictionary entries, two side by side, words that Chinese keeps, what the only
brackets or quotation marks of both sides hold. Blocks of sentences are documents. `alone` asks each
span by itself, `together` all spans of one term and block in one group.
"""

from __future__ import annotations

import argparse
import lzma
import os
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from training import spans as gold_spans
from training.spans import Dictionary, Gold

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.terms.following.model import Answer, Follower, Question
from align.terms.renderings import key

BLOCK = 250  # sentences of a document
ALIKE = 5  # spans of one entry
BINS = 10


def spans(pairs: list[tuple[str, str]], dictionary: Dictionary) -> list[Gold]:
    """The spans whose rendering is known, few of one entry."""
    seen: dict[int, int] = {}
    found = []
    for one in gold_spans.find_gold(pairs, dictionary):
        seen[one.entry] = seen.get(one.entry, 0) + 1
        if one.entry < 0 or seen[one.entry] <= ALIKE:
            found.append(one)
    return found


def stated(answer: Answer, target: str, wanted: str) -> tuple[float, bool]:
    """The probability of the likeliest run, and whether it has the words of the right one."""
    if not answer.runs:
        return 0.0, False
    run = answer.runs[0]
    return min(run.probability, 1.0), key(target[run.start : run.end]) == key(wanted)


def ask(
    follower: Follower, some: list[Gold], into: str, together: bool
) -> list[tuple[float, bool]]:
    """What is stated of each span, and what is true."""
    questions, wanted = [], []
    groups: dict[str, int] = {}
    for one in some:
        assert one.zh_span is not None
        assert one.en_span is not None
        zh, en = one.zh[slice(*one.zh_span)], one.en[slice(*one.en_span)]
        term = zh if into == "en" else key(en)
        group = groups.setdefault(term if together else str(len(groups)), len(groups))
        if into == "en":
            questions.append(Question(one.zh, one.en, one.zh_span, group))
        else:
            questions.append(Question(one.en, one.zh, one.en_span, group))
        wanted.append(en if into == "en" else zh)
    answers = follower.answers(questions, into)
    return [
        stated(answer, question.target, text)
        for answer, question, text in zip(answers, questions, wanted, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=2000)
    options = parser.parse_args()
    data = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "data"
    (path,) = (data / "dev").glob("*.tsv.xz")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    pairs = [(row[0], row[1]) for row in rows if len(row) > 1][: options.sentences]
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    found = spans(pairs, Dictionary(data / "dict"))
    print(f"{len(pairs)} sentence pairs, spans: {gold_spans.of_kinds(found)}")
    for into in ("en", "zh"):
        for together in (False, True):
            told = []
            for low in range(0, len(pairs), BLOCK):
                here = [one for one in found if low <= one.sentence < low + BLOCK]
                units = [TranslationUnit(zh, en) for zh, en in pairs[low : low + BLOCK]]
                told += ask(Follower(encoder, units), here, into, together)
            report(f"into {into}, {'together' if together else 'alone'}", told)


def report(title: str, told: list[tuple[float, bool]]) -> None:
    """Stated and true precision of spans in bins of equal size, and how far apart they are."""
    told = sorted(told, key=lambda one: one[0])  # stable: those of 1.00 stay mixed
    parts = np.array_split(np.array(told, np.float64), BINS)
    apart = [abs(part[:, 0].mean() - part[:, 1].mean()) for part in parts]
    bins = " ".join(f"{part[:, 0].mean():.2f}/{part[:, 1].mean():.2f}" for part in parts)
    right = np.mean([right for _, right in told])
    print(
        f"{title}: {len(told)} spans, {right:.1%} right first; stated/true "
        f"{bins}; apart {100 * np.mean(apart):.1f} points in the mean, {100 * max(apart):.1f} at most"
    )


if __name__ == "__main__":
    main()
