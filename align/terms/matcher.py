"""Every occurrence of a set of terms in a text, longest first, each character used once.

An Aho-Corasick automaton finds candidates in one pass whatever the number of terms; what is then
checked at each candidate's borders is what substring search gets wrong: ``A4P`` is not in ``A4P+``,
``dues`` not in ``residues``, 和平行动部 not in 为和平行动部署.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick

from align.language.folding import fold
from align.language.languages import language_of
from align.language.scripts import is_han
from align.language.tags import is_chinese
from align.language.words import crossing, cuts_clearly, word_set
from align.terms.searched_text import SearchedText, searched_text


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term found in a text: ``text[start:end]`` is how it stands there.

    `pattern` is the place of the term in the sequence that the matcher was made of. `exact` is
    False for a hyphen, plural or plus variant, `cased` is False where the text lacks a capital that
    the term has. `sure` is False where Chinese characters may as well belong to other words.
    """

    start: int
    end: int
    pattern: int
    exact: bool = True
    cased: bool = True
    sure: bool = True


class Matcher:
    """Finds terms of one language in texts of that language.

    >>> zh = Matcher(["以行动促维和", "以行动促维和+", "和平行动部"], "zh")
    >>> [(o.start, o.end, o.pattern) for o in zh.find("以行动促维和+为和平行动部署")]
    [(0, 7, 1)]
    >>> en = Matcher(["A4P", "dues", "peacekeeping operation"], "en")
    >>> [o.pattern for o in en.find("Peacekeeping operations, A4P+ and residues")]
    [2]
    """

    def __init__(
        self,
        terms: Sequence[str],
        lang: str,
        *,
        crossed: Callable[[str, int, int], float] = crossing,
    ) -> None:
        """`crossed` says of a span of a folded Chinese text what `words.crossing` says."""
        self._terms = tuple(terms)
        self._crossing = crossed
        self._lang = language_of(lang).rules
        self._chinese = self._lang == "zh"
        self._folded = [searched_text(term, self._lang).folded.strip() for term in terms]
        keys: dict[str, list[int]] = {}
        for place, folded in enumerate(self._folded):
            for key in {*_pluses(folded)} if self._chinese else english_keys(folded):
                if key:
                    keys.setdefault(key, []).append(place)
        self._strict = [is_acronym(term) for term in self._terms]
        self._capitals = [_capitals(term.strip()) for term in self._terms]
        self._automaton = ahocorasick.Automaton()
        for key, places in keys.items():
            self._automaton.add_word(key, (len(key), tuple(places)))
        if keys:
            self._automaton.make_automaton()
        self._empty = not keys

    def __len__(self) -> int:
        return len(self._terms)

    def all(self, text: str, *, among: frozenset[int] | None = None) -> list[Occurrence]:
        """Every occurrence, overlapping and nested ones too, in no stated order.

        With `among`, only of these terms.
        """
        if self._empty or not text:
            return []
        form = searched_text(text, self._lang)
        haystack = form.folded if self._chinese else form.folded.replace("-", " ")
        found: list[Occurrence] = []
        for last, (length, places) in self._automaton.iter(haystack):
            start = last + 1 - length
            for place in places:
                if among is None or place in among:
                    end = self._end(form.folded, start, last + 1, place)
                    if end and (kept := self._verified(form, start, end, place)):
                        found.append(kept)
        return found

    def find(self, text: str, *, among: frozenset[int] | None = None) -> list[Occurrence]:
        """The occurrences that remain when longer ones mask what they cover, in text order.

        Terms that are written alike share their span: each gives an occurrence.
        """
        return masked(self.all(text, among=among))

    def _end(self, folded: str, start: int, end: int, place: int) -> int:
        """Where the occurrence ends, plural endings included; 0 where no border is."""
        if self._chinese:
            closed = is_han(folded[end - 1]) or _right_border(folded, end)
            opened = is_han(folded[start]) or _left_border(folded, start, name=False)
            return end if opened and closed and not _plus_follows(folded, end) else 0
        if not _left_border(folded, start, name=0 in self._capitals[place]):
            return 0
        tails = ("",) if self._strict[place] and len(self._folded[place]) < 2 else _TAILS
        for tail in tails:
            stop = end + len(tail)
            if folded.startswith(tail, end) and _right_border(folded, stop):
                return stop if self._is_form(folded[start:stop], place) else 0
        return 0

    def _is_form(self, found: str, place: int) -> bool:
        """Whether the word as found is the term or its other number, not another word."""
        term = self._folded[place]
        if found.endswith(_Y) != term.endswith(_Y):
            return False  # a party is no part
        return found == term or _singular(found.replace("-", " ")) in english_keys(term)

    def _verified(self, form: SearchedText, start: int, end: int, place: int) -> Occurrence | None:
        folded = form.folded
        if self._chinese:
            if self._strict[place] and not form.plain[start:end].isupper():
                return None
            doubt = self._crossing(folded, start, end)
            if cuts_clearly(doubt):
                return None
            return Occurrence(*form.span(start, end), place, sure=doubt <= 0)
        found = form.plain[start:end]
        if _PLUS_AFTER.match(form.plain, end) or _joins(folded, start, end):
            return None
        cased = (
            all(at < len(found) and found[at].isupper() for at in self._capitals[place])
            or found.isupper()
        )
        if self._strict[place] and not cased and not _unmistakable(found):
            return None
        exact = folded[start:end] == self._folded[place]
        return Occurrence(*form.span(start, end), place, exact, cased)


def masked(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Keep the longest, then the leftmost; what they cover is used up. In text order.

    Of terms on the same span, those written exactly as they are displace hyphen variants.
    """
    some = list(occurrences)
    if len(some) < 2:
        return some
    ranked = sorted(some, key=lambda o: (o.start - o.end, o.start, not o.exact, o.pattern))
    taken: list[Occurrence] = []
    by_start: dict[int, Occurrence] = {}
    used: set[int] = set()
    for one in ranked:
        holder = by_start.get(one.start)
        if holder is not None and holder.end == one.end:
            if one.exact or not holder.exact:
                taken.append(one)
        elif used.isdisjoint(range(one.start, one.end)):
            used.update(range(one.start, one.end))
            by_start[one.start] = one
            taken.append(one)
    return sorted(taken, key=lambda o: (o.start, o.end, o.pattern))


# --- English borders, numbers and capitals -----------------------------------------------------

_Y = ("y", "ies")
_TAILS = ("", "s", "es", "y", "ies")
# Before a hyphen these make another word: sub-regional, non-State, disinformation.
_PREFIXES = word_set(
    "non sub anti inter multi un re pre post co ex pan trans de dis mis counter mid pro quasi"
    " semi supra intra self"
)
_PREFIX_AT_END = re.compile(r"([a-z]+)-$")
# Plurals that no ending tells, both ways.
_PLURALS = {
    "child": "children", "woman": "women", "man": "men", "policewoman": "policewomen",
    "policeman": "policemen", "spokesman": "spokesmen", "criterion": "criteria",
    "phenomenon": "phenomena", "memorandum": "memoranda", "addendum": "addenda",
    "corrigendum": "corrigenda", "referendum": "referenda", "analysis": "analyses",
    "crisis": "crises", "thesis": "theses", "hypothesis": "hypotheses", "emphasis": "emphases",
    "diagnosis": "diagnoses", "index": "indices", "matrix": "matrices", "appendix": "appendices",
}  # fmt: skip
_IRREGULAR = _PLURALS | {plural: one for one, plural in _PLURALS.items()}
_STRAY_S = ("ss", "us", "is")  # the s of process, status, crisis is no plural


def _left_border(folded: str, start: int, *, name: bool) -> bool:
    if start == 0:
        return True
    before = folded[start - 1]
    if before == "-" and not name:  # anti-United Nations does name the United Nations
        prefix = _PREFIX_AT_END.search(folded, max(0, start - 12), start)
        return prefix is None or prefix[1] not in _PREFIXES
    return not (before.isalnum() and not is_han(before)) and before != "+"


def _right_border(folded: str, end: int) -> bool:
    if end == len(folded):
        return True
    after = folded[end]
    if after == "+":
        return folded[end - 1] == "+"
    return not after.isalnum() or is_han(after)


# --- A4P+, A4P Plus, A4P + -----------------------------------------------------------------------

_WITH_PLUS = re.compile(r"(.*\w) ?(?:\+|(?<=[^a-z])plus)")
# What follows a name and makes it another one: Plus at its end (but ASEAN Plus Three), 加强版.
_PLUS_AFTER = re.compile(r"[ -]Plus\b(?!\+)(?!-?[ ]?[A-Z\d])|[ -]PLUS\b(?!-?[ ]?[A-Z\d])")
_ZH_PLUS_AFTER = re.compile(r"\+| ?plus(?![a-z])|[”’\"'》〉]?(?:加强|升级|增强)版")
# After these a plus in small letters adds something: A4P plus its budget.
_ADDS = re.compile(
    r"[ -]plus (?:an?|the|its|their|his|her|our|my|your|this|that|these|those|some|any|all|both|"
    r"each|other|another|additional|further|more|many|several|one|two|three|four|five|six|seven|"
    r"eight|nine|ten|\$|\d)\b"
)


def _pluses(folded: str) -> Iterator[str]:
    """The forms that a term's plus may have; a term without one has its own form only.

    >>> list(_pluses("a4p+"))
    ['a4p+', 'a4p +', 'a4p plus']
    """
    if not (match := _WITH_PLUS.fullmatch(folded)):
        yield folded
        return
    stem = match[1]
    yield from (stem + plus for plus in ("+", " +", " plus"))
    if is_han(stem[-1]):
        yield stem + "plus"


def _plus_follows(folded: str, end: int) -> bool:
    """Whether what follows a Chinese term makes it another one."""
    if folded[end - 1] == "+" or folded.endswith("plus", 0, end):
        return False
    return _ZH_PLUS_AFTER.match(folded, end) is not None


def _joins(folded: str, start: int, end: int) -> bool:
    """Whether an occurrence ends in a plus that only joins it to what follows."""
    plus = end - len(" plus")
    return folded.endswith("plus", start, end) and _ADDS.match(folded, plus) is not None


def _singular(folded: str) -> str:
    """`folded` without its plural ending, as keys are kept: ``agencies`` → ``agenc``."""
    if folded.endswith("ies") and len(folded) > 4:
        return folded[:-3]
    if folded.endswith("y") and len(folded) > 2 and folded[-2] not in "aeiou":
        return folded[:-1]
    if folded.endswith(("ches", "shes", "sses", "xes")):
        return folded[:-2]
    if folded.endswith("s") and not folded.endswith(_STRAY_S) and len(folded) > 3:
        return folded[:-1]
    return folded


_EDGES = " \"'“”‘’《》〈〉「」『』()（）[]【】.,;:!?。，；：！？、"
_QUOTES = re.compile(r"[\"《》〈〉]")
_ARTICLE = re.compile(r"(?:the|an?) (?=.)")
_ODD = re.compile(r"[^\w -]|plus|  |(?:the|an?) ")


def term_key(text: str, lang: str) -> str:
    """What the ways to write one term have in common: quotes around it, its plural, its plus.

    >>> term_key("the “A4P” Plus.", "en"), term_key("A4P＋", "en")
    ('a4p+', 'a4p+')
    >>> term_key("《以行動促維和》", "zh"), term_key("peace-keeping missions", "en")
    ('以行动促维和', 'peace keeping mission')
    """
    chinese = is_chinese(lang)
    folded = fold(text)
    if _ODD.search(folded) or (chinese and " " in folded):  # seldom, and it takes long
        folded = searched_text(text.strip(_EDGES), "zh" if chinese else "en").folded
        folded = _ARTICLE.sub("", _QUOTES.sub("", folded).strip(_EDGES), count=1)
        folded = next(_pluses(folded), "")
    return folded if chinese else _singular(" ".join(folded.replace("-", " ").split()))


_HEAD = re.compile(r"^(.*?[a-z]{3,})(s?)( (?:of|for|in|on|to|with|from|against|and) .+)$")


def english_keys(folded: str) -> frozenset[str]:
    """What the automaton looks for: hyphens as spaces, no plural ending, both numbers of a head.

    >>> sorted(english_keys("head of mission"))
    ['head of mission', 'heads of mission']
    """
    forms = set()
    for form in _pluses(folded):
        forms |= {form.replace("-", " "), form.replace("- ", " ").replace("-", " ")}  # troop- and
    for form in sorted(forms):
        if head := _HEAD.match(form):
            noun, plural, rest = head.groups()
            if not noun.endswith(("s", "ing", "y", "the")):
                forms.add(noun + rest if plural else noun + "s" + rest)
    for form in sorted(forms):
        start, last = form[: form.rfind(" ") + 1], form[form.rfind(" ") + 1 :]
        if other := _IRREGULAR.get(last):
            forms.add(start + other)
    return frozenset(_singular(form) for form in forms)


def is_acronym(term: str) -> bool:
    """Whether case decides: SEA, DOS, A4P+, TCCs, UN-Women's UN."""
    if " " in term.strip() or not any(map(str.isupper, term)):
        return False
    letters = [char for char in term if char.isalpha()]
    if letters and letters[-1] == "s" and len(letters) > 2:
        letters.pop()
    return len(letters) > 1 and all(map(str.isupper, letters))


def _unmistakable(found: str) -> bool:
    """Whether an acronym in the wrong case is no everyday word: Covid-19, Minusma; but Dos."""
    return found[0].isupper() and (len(found) > 5 or any(char.isdigit() for char in found))


_PLUS_WORD = re.compile(r"[\s-]plus$", re.IGNORECASE)


def _capitals(term: str) -> tuple[int, ...]:
    if not any(map(str.isupper, term)):
        return ()
    stem = _PLUS_WORD.split(term)[0]
    return tuple(at for at, char in enumerate(stem) if char.isupper())
