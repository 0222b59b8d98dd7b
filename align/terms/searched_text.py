"""A text as terms are looked for in it: one space for many, a plus beside its word, with a map back.

What a line break, a PDF or a keyboard did to a term does not make it another term: 以行动促⏎维和,
``A4P⁺``, ``A4P +``, “A4P”+ and ``Action for  Peacekeeping``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from align.language.folding import fold
from align.language.scripts import HAN

_PLUS_SIGNS = "⁺₊﹢➕˖"  # beside the full-width one, which is folded already
_PLUSES = dict.fromkeys(map(ord, _PLUS_SIGNS), "+")
_PLUS_SIGN = re.compile(f"[{_PLUS_SIGNS}]")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f"
_CLOSING = "\"'》〉】"  # quotes are folded already
# A plus that belongs to the word before it: not one with a space on either side and a word after.
_PLUS = (
    rf"[{_CLOSING}]*\s*(?=\+(?![^\S\n]*[^\W\d_]))|[{_CLOSING}]+(?=\+)|[{_CLOSING}]*\s+(?=\+[{HAN}])"
)
_GONE = {
    # One space inside Chinese is the PDF's; two, a tab or an ideographic space keep things apart.
    "zh": re.compile(
        rf"(?<=[{HAN}+])(?: |[ \t\r]*\n[ \t]*)(?=[{HAN}])|[{_INVISIBLE}]+"
        rf"|(?<=[\w{_CLOSING}])(?:{_PLUS})"
    ),
    "en": re.compile(
        rf"(?<=\s)\s+|[{_INVISIBLE}]+|(?<=[\w{_CLOSING}])(?:{_PLUS})"
        r"|(?<=\w)[\"']+(?=[\s-]plus\b)"
    ),
}
_IDEOGRAPHIC = "\u3000"
_SPACE = re.compile(r"\s")
_RARE = {
    "zh": re.compile(rf"\s|\+|[{_INVISIBLE}]"),
    "en": re.compile(rf"[^\S ]|  |\+|[\"'][\s-]plus|[{_INVISIBLE}]"),
}


def is_plus(text: str) -> bool:
    """Whether `text` is one plus sign, of whatever form.

    >>> [is_plus(sign) for sign in ("+", "＋", "⁺", "++", "-")]
    [True, True, True, False, False]
    """
    return fold(text).translate(_PLUSES) == "+"


@dataclass(frozen=True, slots=True)
class SearchedText:
    """`plain` is the tidied text, `folded` its comparison form, of the same length."""

    plain: str
    folded: str
    places: Sequence[int]  # the offset of each character in the text as it was

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it was."""
        return self.places[start], self.places[end - 1] + 1


def searched_text(text: str, lang: str) -> SearchedText:
    """`text` as terms of `lang` ("zh" or "en") are looked for in it.

    >>> searched_text("Action  for\\n Peacekeeping (“A4P” +).", "en").folded
    'action for peacekeeping ("a4p+).'
    >>> searched_text("以行动促\\n维和 ⁺", "zh").folded
    '以行动促维和+'
    """
    folded = fold(text)
    if not text.isascii() and _PLUS_SIGN.search(text):
        folded = folded.translate(_PLUSES)
    if not _RARE[lang].search(folded):
        return SearchedText(text, folded, range(len(text)))
    if _IDEOGRAPHIC in text:
        folded = "".join(b if a != _IDEOGRAPHIC else a for a, b in zip(text, folded, strict=True))
    gone = {at for match in _GONE[lang].finditer(folded) for at in range(*match.span())}
    places = [at for at in range(len(text)) if at not in gone]
    return SearchedText(
        "".join(text[at] for at in places),
        _SPACE.sub(" ", "".join(folded[at] for at in places)),
        places,
    )
