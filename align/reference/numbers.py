"""Puts the numbers and dates of a new sentence into the translation of an old one.

Done only where it is certain: both sentences are the same but for their placeables, each changed
one has exactly one counterpart in the old translation, and that is written with figures (or, in a
date, with the name of a month). Everything else is left to the translator.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from align.document.labels import label_of
from align.language.facts import facts
from align.language.languages import language_of
from align.language.numbers import Quantity, agree, quantities
from align.memory.fuzzy import tokens

Span = tuple[int, int]

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_SHORT = [name[:3] for name in _MONTHS]
_FIGURE = re.compile(r"\d+(?:[,\u00a0\u202f ]\d{3})*(?:\.\d+)?")
_DIGITS = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def put_in(
    old: str, new: str, translation: str, langs: tuple[str, str]
) -> tuple[str, list[Span]] | None:
    """The translation of `old` with the numbers of `new`, and where they stand in it.

    `langs` are the languages of the sentences and of the translation. None where the sentences
    differ otherwise, or where a number cannot be put in with certainty.

    >>> put_in("共 5 人", "共 7 人", "5 persons in all", ("zh", "en"))
    ('7 persons in all', [(0, 1)])
    """
    (old_label, old), (new_label, new), (label, translation) = (
        _label(text) for text in (old, new, translation)
    )
    if bool(old_label) != bool(new_label) or _frame(old, langs[0]) != _frame(new, langs[0]):
        return None
    if old_label and label != old_label and old_label != new_label:
        return None  # 三、 and III.: nobody has said how the new one is written
    put = _put_in(old, new, translation, langs)
    if put is None or not new_label:
        return put
    head = new_label if label == old_label else label
    shift = len(head)
    spans = [(start + shift, end + shift) for start, end in put[1]]
    changed = [(0, len(head.rstrip()))] if head != label else []
    return head + put[0], changed + spans


def _label(text: str) -> tuple[str, str]:
    """The label of a paragraph ("12. ", "(a) ") and what follows it."""
    end = label_of(text)[1]
    while end < len(text) and text[end].isspace():
        end += 1
    return (text[:end], text[end:]) if end and text[:end].strip() else ("", text)


def _put_in(
    old: str, new: str, translation: str, langs: tuple[str, str]
) -> tuple[str, list[Span]] | None:
    """The old translation with the new numbers and dates; None where their places are not sure."""
    ours, theirs = quantities(old, langs[0]), quantities(new, langs[0])
    if len(ours) != len(theirs):
        return None
    changed = [
        (before, after)
        for before, after in zip(ours, theirs, strict=True)
        if (before.value, before.unit) != (after.value, after.unit)
    ]
    there = quantities(translation, langs[1])
    if any(before.kind == "date" for before, _ in changed) and _names_weekday(
        translation, langs[1]
    ):
        return None  # of the old date
    if changed and any(each.firm and not any(agree(each, one) for one in ours) for each in there):
        return (
            None  # what the sentence does not say may follow from what it does: 120 km (75 miles)
        )
    wanted = {each.start: each.value for each in there}
    edits: list[tuple[int, int, str]] = []
    for before, after in changed:
        alike = [each for each in there if agree(before, each)]
        # Where the same number stands twice, nobody knows which of them has changed.
        if len(alike) != 1 or sum(agree(before, each) for each in ours) != 1:
            return None
        place = alike[0]
        written = _written(place, before, after)
        if written is None or not _fits(written, translation[: place.start], place, after):
            return None
        edits.append((place.start, place.end, written))
        wanted[place.start] = place.value.replace(before.value, after.value)
    text, spans = _edited(translation, edits)
    # A value beside another may be read with it: the 2023 of 2023/24.
    read = [each.value for each in quantities(text, langs[1])]
    return (text, spans) if read == list(wanted.values()) else None


def _names_weekday(text: str, lang: str) -> bool:
    return any(fact.kind == "weekday" for fact in facts(text, language_of(lang)))


_BARE = frozenset(("0", "1", "-1"))  # what goes with another form of the word than 2 does
# English says an before a vowel: an 8 or 80 per cent rise, an 11-member crew, an 18-month lease.
_VOWEL = re.compile(r"8|1[18](?!\d)|1[18],")


def _fits(written: str, before: str, place: Quantity, after: Quantity) -> bool:
    """Whether what stands around a number goes with the new one: a vessel or vessels, a or an."""
    if place.kind == "number" and (place.value in _BARE) != (after.value in _BARE):
        return False
    article = re.search(r"\b[Aa]n? $", before) is not None
    return not article or bool(_VOWEL.match(written)) == bool(_VOWEL.match(place.text))


def _frame(text: str, lang: str) -> list[tuple[str, str]]:
    """The sentence without its placeables, marks included."""
    return [
        (token.kind, "" if token.kind == "placeable" else token.text)
        for token in tokens(text, lang)
    ]


def _edited(text: str, edits: list[tuple[int, int, str]]) -> tuple[str, list[Span]]:
    """A text with some stretches written otherwise, and where these are now."""
    parts: list[str] = []
    spans: list[Span] = []
    at = size = 0
    for start, end, written in sorted(edits):
        parts += [text[at:start], written]
        size += start - at
        spans.append((size, size + len(written)))
        size += len(written)
        at = end
    return "".join(parts) + text[at:], spans


def _written(place: Quantity, before: Quantity, after: Quantity) -> str | None:
    """How `after` is written where `place` renders `before`."""
    if before.kind != after.kind or before.unit != after.unit:
        return None
    if before.kind == "date":
        return _date(place, before, after)
    if before.kind in ("symbol", "code"):
        return place.text.replace(before.value, after.value) if before.value in place.text else None
    if before.kind in ("number", "percent", "year", "money"):
        return _figure(place, before, after)
    return None


def _figure(place: Quantity, before: Quantity, after: Quantity) -> str | None:
    """How a number in figures is written with its new value; None where that is not sure."""
    found = list(_FIGURE.finditer(place.text.translate(_DIGITS)))
    if len(found) != 1 or place.value != before.value:
        return None
    shown = found[0][0]
    try:
        figure = Decimal(re.sub(r"[^\d.]", "", shown))
        scale = Decimal(before.value.rstrip("%")) / figure
        value = (Decimal(after.value.rstrip("%")) / scale).normalize()
    except (InvalidOperation, ZeroDivisionError):
        return None
    if scale * value != Decimal(after.value.rstrip("%")) or value == value.to_integral() * 0:
        return None
    text = f"{value:f}"
    whole, _, part = text.partition(".")
    if len(part) > 2 and len(part) > len(shown.partition(".")[2]):
        return None  # 3.172 million is no way to write it where it said 3 million
    mark = next((char for char in shown if char in ",\u00a0\u202f "), "")
    if mark or (len(whole) > 3 and before.kind != "year" and len(shown) <= 3):
        whole = f"{int(whole):,}".replace(",", mark or ",")
    return (
        place.text[: found[0].start()]
        + whole
        + (f".{part}" if part else "")
        + place.text[found[0].end() :]
    )


def _date(place: Quantity, before: Quantity, after: Quantity) -> str | None:
    """How a date is written with its new value; None where its form changed too."""
    shape = re.sub(r"\d", "0", place.value)
    if (
        shape != re.sub(r"\d", "0", after.value)
        or place.value != before.value
        or "s" in place.value
    ):
        return None
    wanted = _parts(after.value)
    given = _parts(place.value)
    text = place.text
    month = next((name for name in (*_MONTHS, *_SHORT) if re.search(rf"\b{name}\b", text)), None)
    if month is not None:
        names = _MONTHS if month in _MONTHS else _SHORT
        text = re.sub(rf"\b{month}\b", names[int(wanted[1]) - 1], text)
    used = 0
    for old, new in zip(given, wanted, strict=True):
        if not old or (month is not None and old is given[1]):
            continue
        pattern = re.compile(rf"(?<!\d){int(old)}(?!\d)|(?<!\d){old}(?!\d)")
        if len(pattern.findall(place.text)) != 1:
            return None
        at = pattern.search(place.text)
        assert at is not None
        padded = len(at[0]) > len(str(int(old)))
        text, count = pattern.subn(f"\0{new if padded else int(new)}\0", text, count=1)
        used += count
    text = text.replace("\0", "")
    return text if used or month is not None else None


def _parts(value: str) -> tuple[str, str, str]:
    year, rest = ("", value[2:]) if value.startswith("--") else (value[:4], value[5:])
    month, _, day = rest.partition("-")
    return year, month, day
