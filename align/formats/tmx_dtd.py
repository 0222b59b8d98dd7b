"""What each version of TMX allows where: its document type definition as tables.

1.1 has `lang`, and no hi; 1.2 adds hi, and attributes of sub; 1.3 puts xml:lang in the place of
`lang`, which stays as deprecated; 1.4 lets a ut hold sub and deprecates it. The other differences
are in what the standard's prose says, not in its tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from align.formats.xml import XML_LANG

LATEST = "1.4"
VERSIONS = ("1.1", "1.2", "1.3", LATEST)
HEADER_REQUIRED = (
    "creationtool",
    "creationtoolversion",
    "segtype",
    "o-tmf",
    "adminlang",
    "srclang",
    "datatype",
)
CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_SHARED = frozenset(
    {"o-encoding", "datatype", "usagecount", "lastusagedate", "creationtool", "o-tmf"}
    | {"creationtoolversion", "creationdate", "creationid", "changedate", "changeid"}
)


@dataclass(frozen=True)
class Grammar:
    """One version's elements: their attributes and their children, and where a tuv has its language."""

    version: str
    language: str  # the attribute that a tuv must have
    attributes: dict[str, frozenset[str]]
    children: dict[str, frozenset[str]]
    inline: frozenset[str]

    @property
    def doctype(self) -> str:
        """The file that a document's DOCTYPE names.

        >>> grammar("1.1").doctype
        'tmx11.dtd'
        """
        return f"tmx{self.version.replace('.', '')}.dtd"


@cache
def grammar(version: str) -> Grammar:
    """The tables of a version; those of 1.4 for one that is unknown."""
    version = version if version in VERSIONS else LATEST
    old = version in ("1.1", "1.2")
    either = frozenset({"lang"}) if old else frozenset({XML_LANG, "lang"})
    of_prop = frozenset({XML_LANG}) if version == "1.3" else either
    inline = CODES if version == "1.1" else CODES | {"hi"}
    attributes: dict[str, frozenset[str]] = {
        "tmx": frozenset({"version"}),
        "header": frozenset(HEADER_REQUIRED)
        | {"o-encoding", "creationdate", "creationid", "changedate", "changeid"},
        "note": either | {"o-encoding"},
        "prop": of_prop | {"type", "o-encoding"},
        "ude": frozenset({"name", "base"}),
        "map": frozenset({"unicode", "code", "ent", "subst"}),
        "tu": _SHARED | {"tuid", "segtype", "srclang"},
        "tuv": _SHARED | either,
        "seg": frozenset(),
        "bpt": frozenset({"i", "x", "type"}),
        "ept": frozenset({"i"}),
        "it": frozenset({"pos", "x", "type"}),
        "ph": frozenset({"x", "assoc", "type"}),
        "hi": frozenset({"x", "type"}),
        "ut": frozenset({"x"}),
        "sub": frozenset() if version == "1.1" else frozenset({"datatype", "type"}),
        "body": frozenset(),
    }
    children: dict[str, frozenset[str]] = {
        "tmx": frozenset({"header", "body"}),
        "header": frozenset({"note", "prop", "ude"}),
        "body": frozenset({"tu"}),
        "ude": frozenset({"map"}),
        "tu": frozenset({"note", "prop", "tuv"}),
        "tuv": frozenset({"note", "prop", "seg"}),
        "seg": inline,
        "hi": inline,
        "sub": inline,
        **dict.fromkeys(CODES, frozenset({"sub"})),
    }
    if version == "1.1":
        del attributes["hi"], children["hi"]
    if version != LATEST:
        children["ut"] = frozenset()
    return Grammar(version, "lang" if old else XML_LANG, attributes, children, inline)
