"""One object a language: what every floor needs to know of Chinese, of English, and of any other.

``language_of(tag)`` gives the language of a text by its tag; code that treats the two languages
differently is given the object instead of a tag or a flag. What a language is goes into a field
here; how it writes a thing goes into a table by `Language.rules` in the module of that thing, as in
``align.language.facts.writing``, so that a command that needs no facts loads no patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from align.language import tags

if TYPE_CHECKING:
    from align.language.numbers import Quantity

Code = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language as the tool knows it."""

    code: str  # its primary subtag: "zh", "en", or another one
    name: str  # in English, for messages
    rules: Code  # whose words, numbers and sentences: the nearer of the two that have rules
    between: str  # what stands between two sentences of a paragraph
    default_tag: str  # what its documents are tagged with where nothing says more

    def __hash__(self) -> int:
        return hash(self.code)  # tables are asked by language word by word

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Chinese characters without spaces."""
        return self.rules == "zh"

    def join(self, texts: Iterable[str]) -> str:
        """Sentences as one text; empty ones leave no space behind.

        >>> CHINESE.join(["他来了。", "她走了。"]), ENGLISH.join(["He came.", "", "She left."])
        ('他来了。她走了。', 'He came. She left.')
        """
        return self.between.join(filter(None, texts))

    def words(self, text: str, *, dictionary: Sequence[str] = ()) -> list[tuple[int, int]]:
        """The (start, end) of every word; see `align.language.words`."""
        from align.language.words import words

        return words(text, self.rules, dictionary=dictionary)

    @property
    def quantities(self) -> Callable[[str], tuple[Quantity, ...]]:
        """The reader of numbers, dates and amounts; see `align.language.numbers`."""
        from align.language.numbers import quantities

        return lambda text: quantities(text, self.rules)


CHINESE = Language("zh", "Chinese", rules="zh", between="", default_tag="zh-CN")
ENGLISH = Language("en", "English", rules="en", between=" ", default_tag="en-US")
_UNSPACED = {"ja": "Japanese", "th": "Thai", "lo": "Lao", "km": "Khmer", "my": "Burmese"}


@lru_cache(maxsize=1024)
def language_of(tag: str) -> Language:
    """The language that a tag means, in whatever spelling.

    Another language than the two goes by English rules, with nothing between sentences where its
    script has no spaces.

    >>> language_of("ZH_cn") is language_of("cmn-Hant"), language_of("eng").name
    (True, 'English')
    """
    code = tags.primary(tag)
    if code == "zh":
        return CHINESE
    if code == "en":
        return ENGLISH
    name = _UNSPACED.get(code, "another language")
    return Language(code, name, "en", "" if code in _UNSPACED else " ", code)


def other_language(tag: str) -> Language:
    """Of Chinese and English, the one that a text in `tag` is translated into.

    >>> other_language("zh-TW").code, other_language("en").code
    ('en', 'zh')
    """
    return ENGLISH if tags.is_chinese(tag) else CHINESE
