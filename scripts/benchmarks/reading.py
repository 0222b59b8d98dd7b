"""Reading speed: raw text of 100,000 sentences to segments, against a bare join and split."""

from __future__ import annotations

import argparse
import random
import re
import resource
import textwrap
import time
from io import BytesIO
from pathlib import Path

from align.document import read_document

ROOT = Path(__file__).resolve().parent.parent.parent
NAIVE = {
    "zh": re.compile(r"[^。！？]*[。！？]?"),
    "en": re.compile(r"[^.!?]*[.!?]?\s*"),
}


def raw_text(lang: str, n_sentences: int) -> bytes:
    """Numbered paragraphs of sentences of the demonstration corpus in random order, hard-wrapped,
    with a page number and a job number every fifty lines."""
    sentences = [
        line
        for path in sorted((ROOT / "corpora").glob(f"*/*.{lang}"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) > 15
    ]
    chosen = random.Random(0).choices(sentences, k=n_sentences)
    lines: list[str] = []
    for number in range(0, n_sentences, 4):
        paragraph = ("" if lang == "zh" else " ").join(chosen[number : number + 4])
        text = f"{number // 4 % 900 + 1}. {paragraph}"
        wide = [text[at : at + 24] for at in range(0, len(text), 24)]
        lines += [*(wide if lang == "zh" else textwrap.wrap(text, 70)), ""]
    for at in range(50, len(lines), 50):
        lines[at] += f"\n23-12345\n\n{at // 50}/{len(lines) // 50}\n"
    return "\n".join(lines).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=100_000)
    options = parser.parse_args()
    print(f"{'':<4} {'MB':>6} {'segments':>9} {'seconds':>8} {'bare':>7} {'ratio':>6}")
    for lang in ("zh", "en"):
        data = raw_text(lang, options.sentences)
        started = time.process_time()
        document = read_document(BytesIO(data))
        ours = time.process_time() - started
        started = time.process_time()
        joined = ("" if lang == "zh" else " ").join(data.decode().split("\n"))
        sum(1 for match in NAIVE[lang].finditer(joined) if match[0])
        bare = time.process_time() - started
        print(
            f"{lang:<4} {len(data) / 1e6:>6.1f} {len(document.segments):>9,} {ours:>8.2f} "
            f"{bare:>7.2f} {ours / bare:>6.1f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB; CPU seconds of one core")


if __name__ == "__main__":
    main()
