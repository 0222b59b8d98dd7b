"""Gettext catalogues (PO, POT) as units: msgid is the source, msgstr the target.

Plural forms give a unit each; fuzzy entries are kept as unreviewed, obsolete and untranslated ones
are skipped and counted. The language comes from the header, the source is English unless asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from align.datatypes import TranslationUnit
from align.errors import FormatError, InputError
from align.language import tags
from align.outside import text_in

MAX_BYTES = 64 << 20  # polib holds a catalogue whole, at some ten times its size
_CHARSET = re.compile(rb"charset=([\w.:-]+)")


@dataclass(slots=True)
class PoReport:
    """What a reading met."""

    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def read_units(
    source: Path | IO[bytes],
    *,
    source_lang: str = "en",
    target_lang: str | None = None,
    name: str | None = None,
    report: PoReport | None = None,
) -> Iterator[TranslationUnit]:
    """The translated entries of a catalogue, in order.

    Raises FormatError, with the line, where the file is no catalogue, InputError where it is too
    large, or neither it nor `target_lang` says what language it translates to.
    """
    import polib

    report = report if report is not None else PoReport()
    name = name or str(getattr(source, "name", source))
    if isinstance(source, Path):
        with source.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    else:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: more than {MAX_BYTES >> 20} MB; split the catalogue")
    found = _CHARSET.search(data[:4096])
    charset = found[1].decode("ascii") if found else "utf-8"
    try:
        text = data.decode("utf-8-sig" if charset.upper() in ("CHARSET", "UTF-8") else charset)
        for number, line in enumerate(text.split("\n"), 1):
            text_in(line, f"{name}:{number}")
        catalogue = polib.pofile(text)
    except (LookupError, UnicodeError) as error:
        raise FormatError(f"{name}: cannot be read as {charset} ({error})") from error
    except OSError as error:  # polib's word for a syntax error
        place = re.search(r"\(line (\d+)\)", str(error))
        where = f":{place[1]}" if place else ""
        raise FormatError(f"{name}{where}: not a PO catalogue") from error
    target = target_lang or catalogue.metadata.get("Language", "").strip()
    if not target:
        raise InputError(f"{name}: its header names no Language; give --tgt-lang")
    for code in (source_lang, target):
        if not tags.is_well_formed(tags.normalise(code)):
            raise InputError(f"{name}: its language {code!r} is no language tag; give --tgt-lang")
    for entry in catalogue:
        report.read += 1
        if entry.obsolete or not (entry.translated() or entry.fuzzy):
            report.skipped["obsolete" if entry.obsolete else "no target"] += 1
            continue
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            forms = sorted(entry.msgstr_plural.items())
            pairs = [
                (entry.msgid if number == 0 and len(forms) > 1 else entry.msgid_plural, form)
                for number, form in forms
            ]
        for ordinal, (mine, theirs) in enumerate(pairs):
            if not mine.strip() or not theirs.strip():
                report.skipped["no target"] += 1
                continue
            identity = entry.msgctxt or ""
            props = [("x-po-context", entry.msgctxt)] if entry.msgctxt else []
            props += [("x-po-flags", ", ".join(entry.flags))] if entry.flags else []
            props += [("x-po-reference", f"{file}:{line}" if line else file)
                      for file, line in entry.occurrences[:5]]  # fmt: skip
            yield TranslationUnit(
                source=mine,
                target=theirs,
                source_lang=source_lang,
                target_lang=target,
                id=f"{identity}#{ordinal}" if ordinal else identity,
                state="draft" if entry.fuzzy else None,
                note="\n".join(filter(None, (entry.comment, entry.tcomment))) or None,
                props=tuple(props),
            )
