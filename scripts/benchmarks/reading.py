"""Reading: twins (PDF against DOCX), texts typeset by real engines, and the speed of raw text.

    scripts/bench reading [twins|typeset|odd|speed …] [--folder FOLDER]

Sentence recovery is F1 of the two multisets of sentences of eight letters or more, compared letter
for letter without leading labels. Twins are NAME.pdf beside NAME.docx in FOLDER (by default that
of the private material). pypdf and pdfminer.six read the same PDFs, through the same reflow.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import textwrap
import time
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from align.document import read_document
from align.errors import AlignError

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


SHORTEST = 8  # letters of a sentence that counts
_LABEL = re.compile(
    r"(?:[\W_]*(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]{1,4}|[一二三四五六七八九十]{1,3})[.．、)）:：]+\s*"
    r"|[\W_]+|\d{1,3}(?:\.\d{1,3})+\s+)+"
)


def letters(sentence: str) -> str:
    """The letters and digits of a sentence after its labels."""
    label = _LABEL.match(sentence)
    return "".join(filter(str.isalnum, sentence[label.end() :] if label else sentence))


def counted(sentences: Iterable[str]) -> Counter[str]:
    found = Counter(map(letters, sentences))
    return Counter({text: n for text, n in found.items() if len(text) >= SHORTEST})


def sentences_of(source: Path | bytes) -> Counter[str]:
    """The sentences of a document that count."""
    read = source if isinstance(source, Path) else BytesIO(source)
    return counted(segment.text for segment in read_document(read).segments)


def f1(truth: Counter[str], found: Counter[str]) -> float:
    return 2 * (truth & found).total() / max(1, truth.total() + found.total())


def with_pypdf(path: Path) -> bytes:
    import pypdf

    pages = (page.extract_text() for page in pypdf.PdfReader(path).pages)
    return "\f".join(pages).encode("utf-8", "replace")


def with_pdfminer(path: Path) -> bytes:
    from pdfminer.high_level import extract_text

    return extract_text(str(path)).encode("utf-8", "replace")


def twins(folder: Path) -> None:
    """Recovery of the sentences of DOCX files from the PDFs of the same text."""
    paths = sorted(path for path in folder.glob("*.pdf") if path.with_suffix(".docx").exists())
    if not paths:
        print(f"no twins in {folder}: put NAME.pdf beside NAME.docx there")
        return
    print(f"{'twin':<28} {'sentences':>9} {'align':>7} {'pypdf':>7} {'pdfminer':>9} {'removed':>8}")
    for path in paths:
        truth = sentences_of(path.with_suffix(".docx"))
        document = read_document(path)
        body = "".join(map(letters, truth))
        kept = letters(document.text)
        wrong = sum(
            len(text) >= SHORTEST and text in body and text not in kept
            for text in {letters(removal.text) for removal in document.removals}
        )
        figures = [f1(truth, counted(segment.text for segment in document.segments))]
        for other in (with_pypdf, with_pdfminer):
            try:
                figures.append(f1(truth, sentences_of(other(path))))
            except (ImportError, AlignError):
                figures.append(float("nan"))
        print(
            f"{path.stem:<28} {truth.total():>9,} {figures[0]:>7.3f} {figures[1]:>7.3f} "
            f"{figures[2]:>9.3f} {wrong:>8}"
        )
    print("removed: texts taken out that are body text in the twin and are nowhere else")


def typeset(*, unseen: bool) -> None:
    """Recovery of the sentences of corpora/ from PDFs of them in many layouts."""
    import typesetting

    documents = sorted(path.parent.name for path in (ROOT / "corpora").glob("*/source.txt"))
    print(f"{'layout':<28} {'engine':<12} {'sentences':>9} {'tagged':>9} {'untagged':>9}")
    chosen = typesetting.unseen_layouts() if unseen else typesetting.layouts()
    for name, engine, layout in chosen:
        if engine != "typst" and not typesetting.has(typesetting.PROGRAMS[engine]):
            print(f"{name:<28} {engine:<12} not installed")
            continue
        jobs = [
            (typesetting.corpus_items(document, side), layout, side == "zh")
            for document in documents
            for side in ("zh", "en")
        ]
        if engine == "libreoffice":
            pdfs = typesetting.with_libreoffice(jobs)
        else:
            pdfs = [typesetting.ENGINES[engine](*job) for job in jobs]
        found = bare = whole = 0
        for (items, _, _), pdf in zip(jobs, pdfs, strict=True):
            truth = counted(sentence for item in items for sentence in item.sentences)
            found += (truth & sentences_of(pdf)).total()
            bare += (truth & sentences_of(without_tags(pdf))).total()
            whole += truth.total()
        print(f"{name:<28} {engine:<12} {whole:>9,} {found / whole:>9.4f} {bare / whole:>9.4f}")


def without_tags(pdf: bytes) -> bytes:
    """A PDF without its structure tree, as older programs write it."""
    import pypdf
    from pypdf.generic import NameObject

    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    for name in ("/StructTreeRoot", "/MarkInfo"):
        writer.root_object.pop(NameObject(name), None)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def odd(only: str, show: bool) -> None:
    """Recovery and precision on pages of kinds that nothing was made with."""
    import odd_layouts
    import typesetting

    documents = sorted(path.parent.name for path in (ROOT / "corpora").glob("*/source.txt"))
    print(f"{'kind of page':<28} {'sentences':>9} {'recall':>7} {'precision':>9} {'F1':>7}")
    for name, (engine, make) in odd_layouts.KINDS.items():
        if only not in name:
            continue
        if engine == "chromium" and not typesetting.has("chromium"):
            print(f"{name:<28} {engine} is not installed")
            continue
        found = whole = read = 0
        for document in documents:
            for side in ("zh", "en"):
                items = typesetting.corpus_items(document, side)
                made = make(items, side == "zh")
                truth = counted([*(s for item in items for s in item.sentences), *made.more])
                got = sentences_of(made.pdf)
                found += (truth & got).total()
                whole += truth.total()
                read += got.total()
                if show:
                    for sign, rest in (("-", truth - got), ("+", got - truth)):
                        for text in rest:
                            print(f"    {document}.{side} {sign} {text[:140]}")
        print(
            f"{name:<28} {whole:>9,} {found / whole:>7.4f} {found / max(1, read):>9.4f} "
            f"{2 * found / (whole + read):>7.4f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=["twins", "typeset", "speed"])
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--folder", type=Path, default=shared / "real" / "twins")
    parser.add_argument("--unseen", action="store_true", help="layouts that nothing was made with")
    parser.add_argument("--kind", default="", help="kinds of odd pages whose name has this in it")
    parser.add_argument("--show", action="store_true", help="what odd pages lose and gain")
    parser.add_argument("--sentences", type=int, default=100_000)
    options = parser.parse_args()
    if "twins" in options.parts:
        twins(options.folder)
    if "typeset" in options.parts:
        typeset(unseen=options.unseen)
    if "odd" in options.parts:
        odd(options.kind, options.show)
    if "speed" in options.parts:
        speed(options)


def speed(options: argparse.Namespace) -> None:
    """Raw text to segments against a bare join and split."""
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
