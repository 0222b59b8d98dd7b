"""References as XLIFF: the new text to be translated, with its matches.

XLIFF 1.2 carries them as alt-trans, 2.x in the matches module (XLIFF 2.1, section 5.1). Exact
matches, in context or not, are filled in as targets; everything else waits for the translator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Literal

from align.datatypes import Document
from align.formats.xml import attribute, escape, remove_forbidden
from align.reference.values import SentenceReference
from align.report.references.rows import Answer, answers
from align.report.references.words import outdated

Version = Literal["1.2", "2.1"]


def write_xliff(
    file: IO[bytes],
    document: Document,
    references: Sequence[SentenceReference],
    *,
    target_lang: str,
    version: Version = "2.1",
) -> None:
    """Write an XLIFF file of the document's sentences with their matches as UTF-8."""
    write = _version_1 if version == "1.2" else _version_2
    file.write(write(document, references, target_lang).encode("utf-8"))


def _version_1(
    document: Document, references: Sequence[SentenceReference], target_lang: str
) -> str:
    """The document as XLIFF 1.2, matches as alt-trans."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        f"  <file original={_value(document.name)} source-language={_value(document.lang)}"
        f' target-language={_value(target_lang)} datatype="plaintext">\n    <body>\n'
    )
    parts = [head]
    for number, reference in enumerate(references, 1):
        parts.append(f'      <trans-unit id="{number}">\n')
        parts.append(f"        <source>{_text(reference.segment.text)}</source>\n")
        found = answers(reference)
        if found and found[0].kind in ("context", "exact"):
            state = "leveraged-tm" if found[0].kind == "exact" else "exact-match"
            parts.append(
                f'        <target state="translated" state-qualifier="{state}">'
                f"{_text(found[0].text)}</target>\n"
            )
        for answer in found:
            rate = _rate(answer)
            quality = "" if rate is None else f' match-quality="{round(rate)}"'
            parts.append(
                f"        <alt-trans{quality} origin={_value(_origin(answer))}>\n"
                f"          <source>{_text(answer.old)}</source>\n"
                f"          <target>{_text(answer.text)}</target>\n"
                "        </alt-trans>\n"
            )
        parts.append("      </trans-unit>\n")
    parts.append("    </body>\n  </file>\n</xliff>\n")
    return "".join(parts)


def _version_2(
    document: Document, references: Sequence[SentenceReference], target_lang: str
) -> str:
    """The document as XLIFF 2.1, matches in the module mtc."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0"'
        ' xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0"'
        f" srcLang={_value(document.lang)} trgLang={_value(target_lang)}>\n"
        f'  <file id="f1" original={_value(document.name)}>\n'
    )
    parts = [head]
    for number, reference in enumerate(references, 1):
        parts.append(f'    <unit id="u{number}">\n')
        found = answers(reference)
        if found:
            parts.append("      <mtc:matches>\n")
            for at, answer in enumerate(found, 1):
                rate = _rate(answer)
                shown = "" if rate is None else f' similarity="{rate:.1f}"'
                kind = "icm" if answer.kind == "context" else "tm"
                parts.append(
                    f'        <mtc:match id="m{at}" ref="#s1" type="{kind}"{shown}'
                    f" origin={_value(_origin(answer))}>\n"
                    f"          <source>{_text(answer.old)}</source>\n"
                    f"          <target>{_text(answer.text)}</target>\n"
                    "        </mtc:match>\n"
                )
            parts.append("      </mtc:matches>\n")
        filled = bool(found) and found[0].kind in ("context", "exact")
        state = "translated" if filled else "initial"
        parts.append(
            f'      <segment id="s1" state="{state}">\n'
            f"        <source>{_text(reference.segment.text)}</source>\n"
        )
        if filled:
            parts.append(f"        <target>{_text(found[0].text)}</target>\n")
        parts.append("      </segment>\n    </unit>\n")
    parts.append("  </file>\n</xliff>\n")
    return "".join(parts)


def _rate(answer: Answer) -> float | None:
    """The match rate of the whole sentence in percent; a passage or a meaning has none."""
    if answer.score is None or answer.kind not in ("context", "exact", "numbers", "fuzzy"):
        return None
    return 100 * answer.score


def _origin(answer: Answer) -> str:
    """Where an answer is from, of which kind it is, and what it says wrongly: CAT tools show it."""
    if answer.kind in ("context", "exact"):
        return answer.origin.cited
    wrong = outdated(answer.outdated, "en")
    kind = "; ".join(filter(None, (answer.kind.replace("_", " "), wrong)))
    return f"{answer.origin.cited} [{kind}]"


def _text(text: str) -> str:
    return escape(remove_forbidden(text)[0])


def _value(text: str) -> str:
    return attribute(remove_forbidden(text)[0])
