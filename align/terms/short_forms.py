"""Full forms and short forms of one concept, as texts put them beside one another in brackets.

"Action for Peacekeeping (A4P)", 以行动促维和（A4P）. The full form is the shortest run before the
bracket that has the short form's letters in order (Schwartz and Hearst 2003).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from align.language.folding import fold
from align.terms.matcher import term_key

_BRACKETS = re.compile(r"[(（]\s*([^()（）]{2,60}?)\s*[)）]")
_CALLED = re.compile(
    r"^(?:以下简称|简称|下称|also known as|hereinafter|known as|or)\s*[:：]?\s*", re.IGNORECASE
)
_QUOTES = " \"'“”‘’《》「」『』"
_WORDS_FOR = {"4": "f", "2": "t"}  # A4P is Action for Peacekeeping


def other_forms(term: str, lang: str, texts: Iterable[str]) -> list[str]:
    """The forms that `texts` put beside `term` as the same concept's, the commonest first.

    >>> other_forms("A4P", "en", ["It backs Action for Peacekeeping (A4P) in full."])
    ['Action for Peacekeeping']
    >>> other_forms("Action for Peacekeeping", "en", ["It backs Action for Peacekeeping (A4P)."])
    ['A4P']
    >>> other_forms("马里稳定团", "zh", ["联合国马里多层面综合稳定团(马里稳定团)撤出。"])
    ['马里多层面综合稳定团']
    """
    wanted = term_key(term, lang)
    found: Counter[str] = Counter()
    for text in texts:
        for match in _BRACKETS.finditer(text):
            inner = _CALLED.sub("", match[1]).strip(_QUOTES)
            before = text[: match.start()].rstrip(_QUOTES)
            if term_key(inner, lang) == wanted:
                full = full_form(before, inner, lang)
                if full:
                    found[full] += 1
            elif _ends_with(before, term, lang) and _shortens(inner, term, lang):
                found[inner] += 1
    return [form for form, _ in found.most_common() if term_key(form, lang) != wanted]


def full_form(before: str, short: str, lang: str) -> str | None:
    """The run at the end of `before` that `short` shortens, None where there is none.

    >>> full_form("the Department of Peace Operations", "DPO", "en")
    'Department of Peace Operations'
    >>> full_form("as shown in the annexed table", "see para. 3", "en") is None
    True
    """
    letters = [_WORDS_FOR.get(char, char) for char in fold(short) if char.isalnum()]
    if not 1 < len(letters) <= 12 or short.isdigit():
        return None
    # A long form has few words beside those that the letters stand for.
    window = before[-6 * len(letters) :] if lang == "zh" else _last_words(before, len(letters))
    folded = fold(window)
    at = len(folded)
    for place in range(len(letters) - 1, -1, -1):
        at = folded.rfind(letters[place], 0, at)
        while place == 0 and at > 0 and lang != "zh" and folded[at - 1].isalnum():
            at = folded.rfind(letters[place], 0, at)
        if at < 0:
            return None
    found = window[at:].strip(_QUOTES)
    return found if len(found) > len(short) else None


def _shortens(short: str, term: str, lang: str) -> bool:
    """Whether the letters of `short` stand in `term` in order; of English, from a word's first."""
    if lang != "zh":
        return full_form(term, short, lang) is not None
    letters = iter(fold(term))
    return 1 < len(short) < len(term) and all(letter in letters for letter in fold(short))


def _last_words(text: str, letters: int) -> str:
    """As many words as a full form may have: Schwartz and Hearst's bound."""
    return " ".join(text.split()[-min(letters + 5, letters * 2) :])


def _ends_with(before: str, term: str, lang: str) -> bool:
    folded, wanted = fold(before), fold(term)
    if not folded.endswith(wanted):
        return False
    at = len(folded) - len(wanted)
    return lang == "zh" or at == 0 or not folded[at - 1].isalnum()
