"""A small made-up pair with every kind of bead, for the tests of the reports and the page."""

from __future__ import annotations

from align.datatypes import (
    Alignment,
    Bead,
    Document,
    Paragraph,
    Removal,
    Segment,
    Signature,
    TranslationUnit,
)

SIGNATURE = Signature("0.1.0", "toy", "abc123", "1", "1")


def document(name: str, lang: str, sentences: list[str], per_paragraph: int = 4) -> Document:
    """Sentences joined as the language joins them, `per_paragraph` to a numbered paragraph."""
    joiner = "" if lang.startswith("zh") else " "
    text = ""
    segments: list[Segment] = []
    paragraphs: list[Paragraph] = []
    for first in range(0, len(sentences), per_paragraph):
        text += "\n" if text else ""
        start = len(text)
        for offset, sentence in enumerate(sentences[first : first + per_paragraph]):
            text += joiner if offset else ""
            begin = len(text)
            text += sentence
            segments.append(Segment(sentence, lang, begin, len(text), len(paragraphs)))
        number = str(len(paragraphs) + 1)
        paragraphs.append(Paragraph(start, len(text), len(paragraphs) + 1, number=number))
    return Document(name, lang, text, tuple(paragraphs), tuple(segments), symbol="A/C.4/78/SR.12")


def numbered(
    count: int, joint: dict[int, tuple[int, int]] | None = None
) -> tuple[Document, Document, Alignment]:
    """A pair of `count` beads, 1-1 but for those that `joint` names with their sizes."""
    source: list[str] = []
    target: list[str] = []
    beads: list[Bead] = []
    for index in range(count):
        a, b = (joint or {}).get(index, (1, 1))
        beads.append(
            Bead(
                range(len(source), len(source) + a),
                range(len(target), len(target) + b),
                round(1 - (index * 37 % 100) / 101, 4),
            )
        )
        source += [f"第{index}段第{part}句讨论维持和平行动和会费问题。" for part in range(a)]
        target += [
            f"Sentence {part} of unit {index} is about peacekeeping operations and dues."
            for part in range(b)
        ]
    zh = document("zh.txt", "zh-CN", source)
    en = document("en.txt", "en-US", target)
    zh = Document(
        zh.name, zh.lang, zh.text, zh.paragraphs, zh.segments, zh.symbol,
        removals=(Removal(7, "2/9", "page number"),),
    )  # fmt: skip
    return zh, en, Alignment(zh.segments, en.segments, tuple(beads), SIGNATURE)


def units_of(alignment: Alignment) -> tuple[TranslationUnit, ...]:
    """One unit a bead."""
    return tuple(
        TranslationUnit(
            "".join(alignment.source[i].text for i in bead.source),
            " ".join(alignment.target[i].text for i in bead.target),
            id=f"u{number}",
            confidence=bead.confidence,
            bead_type=bead.type,
            paragraph=str(number // 4 + 1),
        )
        for number, bead in enumerate(alignment.beads, 1)
    )
