"""How an entry is written: the headword of a rendering, as a dictionary would have it.

Singular, small letters where only its place in a sentence or a heading gave it a capital. What the
text itself shows elsewhere decides before any rule does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from align.language.words import word_set
from align.terms.following.pieces import SMALL_ENGLISH

_HEAD = re.compile(r"^(.*?[A-Za-z]{3,})( (?:of|for|in|on|to|with|from|against|by|at|under) .+)$")
# Two heads: a singular for one of them would be no English (women and peace and security agenda). But
# "troop- and police-contributing countries" has one.
_HEADS = re.compile(r"[^-] and ")
_ARTICLE = re.compile(r"^(?:the|an?) +(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+$")
# Nouns in the plural that dictionaries give in the plural: of the last words of glosses in CC-CEDICT
# and the term lists those with more plurals than singulars, four at least, read by eye, and those
# that have no singular of the same meaning.
PLURAL = word_set(
    "affairs airlines annals archives arms arrears assets barracks belongings brains circumstances"
    " classics clothes communications cosmetics customs earnings economics electronics ethics"
    " expenses finances fireworks forces funds genetics glasses goods graphics grounds guidelines"
    " headquarters logistics mathematics means measles mechanics media morals news outskirts physics"
    " politics premises proceedings proceeds relations remarks resources rights ruins sanctions"
    " savings series species sports statistics straits surroundings tactics talks telecommunications"
    " thanks tropics troops valuables wages vicissitudes"
)


class Written:
    """How words are written in the English texts of a document."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n".join(texts)

    def headword(self, rendering: str) -> str:
        """The entry of a rendering.

        >>> texts = ["Caveats hurt. A caveat hurts.", "The Member States met with Troop Contributors."]
        >>> [Written(texts).headword(one) for one in ("Caveats", "Member States", "the human rights")]
        ['caveat', 'Member States', 'human rights']
        """
        text = self._cased(_ARTICLE.sub("", rendering))
        match = _HEAD.match(text)
        head, rest = (match[1], match[2]) if match else (text, "")
        single = None if _HEADS.search(head) else _singular(head)
        if single is None:
            return text
        named = head.split()[-1][0].isupper()
        if named and single == single.capitalize() and self._has(single.lower() + rest):
            return single.lower() + rest  # a heading of one word
        return single + rest if not named or self._has(single + rest) else text

    def _cased(self, text: str) -> str:
        """With a small first letter, or all small, where the text has it so elsewhere or only the
        beginning of a sentence gave it its capital."""
        words = text.split()
        strong = [word for word in words if word.lower() not in SMALL_ENGLISH]
        within = re.search(rf"[a-z,;] {re.escape(text)}(?![\w-])", self._text)
        if (
            within
            or not text[:1].isupper()
            or any(sum(map(str.isupper, word)) > 1 for word in words)
        ):
            return text
        small = text.lower()
        if self._has(small):
            return small
        if all(word[0].isupper() for word in strong) and len(strong) > 1:
            return text
        first = words[0]
        if len(words) > 1 and not any(word[0].isupper() for word in strong if word != first):
            return first.lower() + text[len(first) :] if self._has(first.lower()) else text
        return text

    def _has(self, text: str) -> bool:
        """Whether the texts have these words as they are, at word borders."""
        return bool(re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", self._text))


def _singular(head: str) -> str | None:
    """The singular of a phrase by its last word, None where it is no plural.

    >>> _singular("peacekeeping operations"), _singular("armed forces"), _singular("process")
    ('peacekeeping operation', None, None)
    """
    match = _WORD.search(head)
    if match is None or not match[0].endswith(("s", "men", "children")):
        return None
    word = match[0]
    if len(word) < 4 or word.lower() in PLURAL or sum(map(str.isupper, word)) > 1:
        return None
    from simplemma import lemmatize

    lemma = str(lemmatize(word.lower(), lang="en"))
    if lemma == word.lower() or lemma[:2] != word[:2].lower():
        return None
    if word[0].isupper():
        lemma = lemma[0].upper() + lemma[1:]
    return head[: match.start()] + lemma
