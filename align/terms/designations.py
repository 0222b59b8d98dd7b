"""What a termbase's cell names: its alternatives, without what only explains them.

A cell is written for a reader: ``meeting/conference``, ``auditor; controller``, ``State party (to a
convention)``, ``Action for Peacekeeping (A4P)``, ``boards (organizations)``, ``to deploy``,
``contact person(s)``. A check needs each designation by itself, and whether a qualifier narrows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from align.language.folding import fold


@dataclass(frozen=True, slots=True)
class Designations:
    """The designations of a cell, the first being the usual one; `qualifier` what narrows them."""

    texts: tuple[str, ...]
    qualifier: str = ""


_BRACKETS = re.compile(r"\s*[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_OPTIONAL_END = re.compile(r"(?<=\w)[(（](e?s|ies)[)）]")  # person(s)
_OPTIONAL_HEAD = re.compile(r"(?<!\w)[(（](\w{2,5}-?)[)）](?=\w)")  # (re)construction
_LIST = re.compile(r"\s*[;；｜|]\s*")
_SLASH = re.compile(r"\s*[/／]\s*")
_SPACED_SLASH = re.compile(r"\s+[/／]\s*|\s*[/／]\s+")
_SLASHED_WORD = re.compile(r"[^\s/／]+(?:[/／][^\s/／]+)+")
_NO_ALTERNATIVE = re.compile(r"and/or|[^/／]*\d[^/／]*", re.IGNORECASE)
# Of a single word an article stays: "the Committee" is a short form only with it.
_LEADING = re.compile(r"^(?:to (?=\w)|(?:the|an?) (?=\S+ \S))", re.IGNORECASE)
_SHORTEST = {"zh": 2, "en": 3}  # letters of an alternative beside a slash: not the s of State/s
_PREPOSITION = re.compile(
    r"(?:to|of|in|for|on|by|with|from|at|as|under|the|an?|e\.g\.|see|not|esp\.?)\b", re.IGNORECASE
)


@lru_cache(maxsize=1 << 16)
def designations(text: str, lang: str) -> Designations:
    """The designations that a cell of a termbase names, in `lang` ("zh" or "en").

    >>> designations("meeting/conference", "en").texts
    ('meeting/conference', 'meeting', 'conference')
    >>> designations("Chair (Chairperson)", "en").texts
    ('Chair', 'Chairperson')
    >>> designations("boards (organizations)", "en")
    Designations(texts=('boards',), qualifier='organizations')
    >>> designations("Action for Peacekeeping (A4P)", "en").texts
    ('Action for Peacekeeping', 'A4P')
    """
    if not any(char in _MARKS for char in text) and not (lang == "en" and _LEADING.match(text)):
        return Designations((text,))
    found: list[str] = []
    qualifiers: list[str] = []
    for part in _LIST.split(text):
        outside, inside, optional = _without_brackets(part.strip())
        found += _alternatives(outside, lang)
        found += optional
        for one in inside:
            if _names_the_same(outside, one, lang):
                found.append(one)
            else:
                qualifiers.append(one)
    texts = dict.fromkeys(stripped for one in found if (stripped := _bare(one, lang)))
    return Designations(tuple(texts) or (text,), "; ".join(qualifiers))


_QUOTED = re.compile(r"[“\"‘'《〈「『](?P<inside>[^“”\"‘’'《》〈〉「」『』]+)[”\"’'》〉」』]")
_MARKS = frozenset("/／;；|｜()（）[]【】“\"‘《〈「『'")


def _without_brackets(part: str) -> tuple[str, list[str], list[str]]:
    """The text outside the brackets, what is inside, and forms with optional letters filled in."""
    optional: list[str] = []
    if _OPTIONAL_END.search(part):
        optional.append(_OPTIONAL_END.sub(r"\1", part))
        part = _OPTIONAL_END.sub("", part)
    if _OPTIONAL_HEAD.search(part):
        optional.append(_OPTIONAL_HEAD.sub(r"\1", part))
        part = _OPTIONAL_HEAD.sub("", part)
    inside = [found.strip() for found in _BRACKETS.findall(part) if found.strip()]
    return _BRACKETS.sub("", part).strip(), inside, optional


def _alternatives(text: str, lang: str) -> list[str]:
    """`text`, and each of the words or phrases that its slashes part."""
    if not _SLASH.search(text):
        return [text]
    shortest = _SHORTEST[lang]
    if lang == "zh" or _SPACED_SLASH.search(text):
        parts = [part for part in _SLASH.split(text) if len(part) >= shortest]
        return [text, *parts] if len(parts) > 1 else [text]
    forms = [text]
    for word in _SLASHED_WORD.findall(text):
        parts = _SLASH.split(word)
        if _NO_ALTERNATIVE.fullmatch(word) or min(map(len, parts)) < shortest:
            continue
        if all(part.isupper() for part in parts):  # HIV/AIDS is one name
            continue
        forms += [form.replace(word, part) for form in forms for part in parts if word in form]
    return list(dict.fromkeys(forms))


def _bare(text: str, lang: str) -> str:
    """`text` without quotation marks around it, the article of a phrase or the "to" of a verb."""
    text = text.strip()
    if quoted := _QUOTED.fullmatch(text):
        text = quoted["inside"]
    return _LEADING.sub("", text, count=1) if lang == "en" else text


def _names_the_same(outside: str, inside: str, lang: str) -> bool:
    """Whether brackets hold another designation, rather than a qualifier.

    An acronym and its full form, and words of one stem (Chair, Chairperson), name the same.
    """
    if not outside or _PREPOSITION.match(inside):
        return False
    if lang == "zh":
        return in_order(inside, outside) or in_order(outside, inside)
    if acronym_of(inside, outside) or acronym_of(outside, inside):
        return True
    one, other = inside.lower(), outside.lower()
    return " " not in inside and (one.startswith(other) or other.startswith(one))


def acronym_of(short: str, full: str) -> bool:
    """Whether `short` can be made of the initials of `full`: A4P of Action for Peacekeeping.

    >>> acronym_of("UNDP", "United Nations Development Programme"), acronym_of("WHO", "who")
    (True, False)
    """
    letters = [char.lower() for char in short if char.isalpha()]
    if " " in short or " " not in full or sum(map(str.isupper, short)) < 2:
        return False
    initials = [word[0].lower() for word in re.findall(r"[^\W\d_]+", full)]
    return bool(letters) and in_order("".join(letters), "".join(initials))


def in_order(short: str, full: str) -> bool:
    """Whether the characters of `short` stand in `full` in their order, and begin as it does."""
    if not short or not full or short[0] != full[0] or len(short) > len(full):
        return False
    rest = iter(full)
    return all(char in rest for char in short)


# Who is called by these is another than without them: never a short form of the longer name.
_RANK = re.compile(
    r"\b(?:under|deputy|vice|assistant|associate|acting|former|interim|sub|chief|joint|co)\b[- ]?|"
    r"副|助理|代理|前任|常务|代(?=主席)|联合(?=主席)",
    re.IGNORECASE,
)


def is_short_form(short: str, full: str) -> bool:
    """Whether `short` is what remains of a name without its first words, or its head before an "of".

    Its rank must be kept.

    >>> is_short_form("Committee", "Special Committee"), is_short_form("Office", "Office of Law")
    (True, True)
    >>> is_short_form("Secretary-General", "Under-Secretary-General")
    False
    """
    whole, part = (re.sub("^the ", "", fold(text)) for text in (full, short))
    if len(part) >= len(whole) or not (
        whole.endswith(part) or whole.startswith((part + " of ", part + " for ", part + " on "))
    ):
        return False
    return len(_RANK.findall(full)) == len(_RANK.findall(short))
