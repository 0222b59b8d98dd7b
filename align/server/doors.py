"""Doors for tools that know nothing of this server: amaGama's requests, and Apertium's.

Weblate's tmserver machinery and Virtaal ask as amaGama is asked, OmegaT's Apertium connector as
Apertium is asked. Neither protocol knows users: the token is the password of the address
(``https://user:TOKEN@host/…``), the key of Apertium, or a part of the path (``/key/TOKEN/…``).
"""

from __future__ import annotations

from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from align.datatypes import Match
from align.errors import InputError
from align.language.tags import is_chinese, language_tag, primary, same_language
from align.memory.postgres.memory import PostgresMemory
from align.server.api import answer, opened
from align.server.operations import Call, Operation, Parameter
from align.server.roles import Role

MOST = 50
# What people's tools call the two languages; a tag of the memory's own comes beside them.
_CHINESE = ("zh", "zh_cn", "zh_hans", "zh_tw", "zh_hant")
_ENGLISH = ("en", "en_us", "en_gb")


class _AnyText(StringConvertor):
    """A part of a path that may hold anything, slashes and line breaks too."""

    regex = "(?s:.*)"


register_url_convertor("any", _AnyText())


def amagama_languages(call: Call) -> Response:
    """The languages that a memory translates from and to: each way."""
    codes = _codes(call)
    return answer({"sourceLanguages": codes, "targetLanguages": codes})


def amagama_unit(call: Call) -> Response:
    """Matches of a text, as amaGama gives them: quality is the match rate in per cent."""
    text = call.path("text").strip()
    limit = call.number("max_candidates", 5, least=1, most=MOST)
    minimum = call.number("min_similarity", 70, most=100) / 100
    source, target = (_language(call.path(name)) for name in ("source", "target"))
    if not text or source is None or target is None:
        return answer([])
    with opened(call) as memory:
        found = _matches(memory, text, source, target, limit, minimum)
    return answer(
        [
            {
                "source": _sides(match)[0],
                "target": _sides(match)[1],
                "quality": int(match.score * 100),
                "rank": round(match.score * 100, 2),
            }
            for match in found
        ]
    )


def apertium_translate(call: Call) -> Response:
    """The translation of the same text, or an empty one.

    OmegaT shows it without a match rate, so that anything less than the same text would be a guess;
    a team that wants less says so in the address (``/apertium/MEMORY/80``).
    """
    text = call.text("q", "", most=20_000).strip()
    source, _, target = call.text("langpair", "", most=100).partition("|")
    minimum = 1.0
    if "minimum" in call.request.path_params:
        from align.outside import whole_number

        given = whole_number(call.path("minimum"), most=100)
        if given is None or given < 50:
            raise InputError("the lowest match rate in the address is 50 to 100")
        minimum = given / 100
    langs = _language(source), _language(target)
    if langs[0] is None or langs[1] is None:
        return _apertium(None, 400, "langpair: two languages, such as zh_CN|en_US")
    found: list[Match] = []
    if text:
        with opened(call) as memory:
            found = _matches(memory, text, langs[0], langs[1], 1, minimum)
    return _apertium({"translatedText": _sides(found[0])[1] if found else ""})


def apertium_pairs(call: Call) -> Response:
    """The pairs of languages, each way."""
    codes = _codes(call)
    pairs = [
        {"sourceLanguage": one, "targetLanguage": other}
        for one in codes
        for other in codes
        if primary(one) != primary(other)
    ]
    return _apertium(pairs)


def _apertium(data: Any, status: int = 200, details: str | None = None) -> Response:
    return answer(
        {"responseData": data, "responseDetails": details, "responseStatus": status}, status
    )


def _matches(
    memory: PostgresMemory, text: str, source: str, target: str, limit: int, minimum: float
) -> list[Match]:
    """The matches whose other side is in the language asked for; of one text the best."""
    found = memory.search(
        text, lang=source, limit=4 * limit, minimum=max(minimum, 0.01), kinds=("exact", "fuzzy")
    )
    fitting = [
        match
        for match in found
        if match.score >= minimum
        and same_language(
            match.unit.target_lang if match.side == "source" else match.unit.source_lang, target
        )
    ]
    return list({_sides(match): match for match in reversed(fitting)}.values())[::-1][:limit]


def _sides(match: Match) -> tuple[str, str]:
    """The text that matched, and its translation."""
    unit = match.unit
    return (unit.source, unit.target) if match.side == "source" else (unit.target, unit.source)


def _language(code: str) -> str | None:
    try:
        return language_tag(code)
    except InputError:
        return None


def _codes(call: Call) -> list[str]:
    """The codes under which amaGama's clients may ask for the memory's languages."""
    with opened(call) as memory:
        tags = {tag for pair in memory.languages() for tag in pair}
    codes = {tag.replace("-", "_").lower() for tag in tags}
    for tag in tags:
        codes.update(_CHINESE if is_chinese(tag) else ())
        codes.update(_ENGLISH if primary(tag) == "en" else ())
        codes.add(primary(tag))
    return sorted(codes)


_CANDIDATES = (
    Parameter("min_similarity", "Lowest match rate, per cent.", "integer"),
    Parameter("max_candidates", "How many at most.", "integer"),
)
_TRANSLATE = (
    Parameter("q", "The text.", required=True),
    Parameter("langpair", "zh_CN|en_US", required=True),
    Parameter("key", "The user's token."),
    Parameter("markUnknown", "Of no effect: nothing is unknown here."),
)


def operations() -> tuple[Operation, ...]:
    """The doors, each also with the token in the path."""
    found = []
    for front in ("", "/key/{token}"):
        amagama, apertium = f"{front}/amagama/{{memory}}", f"{front}/apertium/{{memory}}"
        found += [
            Operation("GET", f"{amagama}/languages/", amagama_languages, Role.reader,
                      "amaGama: languages", "memory", door=True),
            Operation("GET", f"{amagama}/{{source}}/{{target}}/unit/{{text:any}}", amagama_unit,
                      Role.reader, "amaGama: matches", "memory", _CANDIDATES, door=True),
            Operation("GET", f"{apertium}/translate", apertium_translate, Role.reader,
                      "Apertium: a translation", "memory", _TRANSLATE, door=True),
            Operation("GET", f"{apertium}/listPairs", apertium_pairs, Role.reader,
                      "Apertium: languages", "memory", door=True),
            Operation("GET", f"{apertium}/{{minimum}}/translate", apertium_translate, Role.reader,
                      "Apertium: a translation of at least a match rate", "memory", _TRANSLATE,
                      door=True),
        ]  # fmt: skip
    return tuple(found)
