"""What each version of XLIFF allows where: the schemas of its core as tables.

Read from the schemas of OASIS XLIFF 1.2 (transitional) and of the core of 2.0 to 2.2. A content
model is written as in a DTD; `any` stands for elements of other namespaces, ``#`` for text, `codes`
for the version's inline codes. 1.2 allows any attribute on nearly every element, so there only
values and what must be given are checked; 2.x allows its own and those of other namespaces. Units
and groups are optional everywhere: a reader of streams has dropped them when their parent ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from align.formats.xml import XML_LANG

_XML_SPACE = XML_LANG.replace("lang", "space")
_DATATYPES_1 = (
    "asp c cdf cfm cpp csharp cstring csv database documentfooter documentheader filedialog form"
    " html htmlbody ini interleaf javaclass javapropertyresourcebundle javascript jscript layout"
    " lisp margin menufile messagefile mif mimetype mo msglib pagefooter pageheader parameters"
    " pascal php plaintext po report resources resx rtf sgml sgmldtd svg vbscript warning winres"
    " xhtml xml xmldtd xsl xul"
)
_MARKS_1 = (
    "abbrev abbreviated-form abbreviation acronym appellation collocation common-name datetime"
    " equation expanded-form formula head-term initialism international-scientific-term"
    " internationalism logical-expression materials-management-unit name near-synonym part-number"
    " phrase phraseological-unit protected romanized-form seg set-phrase short-form sku"
    " standard-text symbol synonym synonymous-phrase term transcribed-form transliterated-form"
    " truncated-term variant"
)
_STATES_1 = (
    "final needs-adaptation needs-l10n needs-review-adaptation needs-review-l10n"
    " needs-review-translation needs-translation new signed-off translated"
)
_QUALIFIERS_1 = (
    "exact-match fuzzy-match id-match leveraged-glossary leveraged-inherited leveraged-mt"
    " leveraged-repository leveraged-tm mt-suggestion rejected-grammar rejected-inaccurate"
    " rejected-length rejected-spelling tm-suggestion"
)
_MODELS_1 = """
xliff: (any | file)*
file: header?, body?
header: skl?, phase-group?, (glossary | reference | count-group | prop-group | note | tool)*, any*
skl: internal-file | external-file
glossary: internal-file | external-file
reference: internal-file | external-file
internal-file: #
external-file:
note: #
phase-group: phase+
phase: note*
count-group: count*
count: #
context-group: context+
context: #
prop-group: prop+
prop: #
tool: # any*
body: (group | trans-unit | bin-unit)*
group: context-group*, count-group*, prop-group*, note*, any*, (group | trans-unit | bin-unit)*
trans-unit: source, seg-source?, target?, (about | alt-trans)*, any*
source: # codes
seg-source: # codes
target: # codes
alt-trans: source?, seg-source?, target+, context-group*, prop-group*, note*, any*
bin-unit: bin-source?, bin-target?, (about | trans-unit)*, any*
bin-source: internal-file | external-file
bin-target: internal-file | external-file
g: # codes
x:
bx:
ex:
ph: # sub*
bpt: # sub*
ept: # sub*
it: # sub*
sub: # codes
mrk: # codes
"""
_REQUIRED_1 = """
xliff: version
file: original source-language datatype
external-file: href
phase: phase-name process-name
count-group: name
context: context-type
prop: prop-type
tool: tool-id tool-name
trans-unit: id
bin-unit: id mime-type
g: id
x: id
bx: id
ex: id
ph: id
bpt: id
ept: id
it: id pos
mrk: mtype
"""
_VALUES_1 = {
    "datatype": _DATATYPES_1 + " x-",
    "state": _STATES_1 + " x-",
    "state-qualifier": _QUALIFIERS_1 + " x-",
    "mtype": _MARKS_1 + " x-",
    "approved": "yes no",
    "translate": "yes no",
    "clone": "yes no",
    "equiv-trans": "yes no",
    "merged-trans": "yes no",
    "match-mandatory": "yes no",
    "pos": "open close",
    "assoc": "preceding following both",
    "annotates": "source target general",
    "priority": "1 2 3 4 5 6 7 8 9 10",
    "alttranstype": "proposal previous-version rejected reference accepted x-",
    _XML_SPACE: "default preserve",
}

_MODELS_2 = """
xliff: file*
file: skeleton?, any*, notes?, (unit | group)*
skeleton: # any*
group: any*, notes?, (unit | group)*
unit: any*, notes?, originalData?, (segment | ignorable)+
segment: source, target?
ignorable: source, target?
notes: note+
note: #
originalData: data+
data: # cp*
source: # codes
target: # codes
cp:
ph:
pc: # codes
sc:
ec:
mrk: # codes
sm:
em:
"""
_REQUIRED_2 = """
xliff: version srcLang
file: id
group: id
unit: id
data: id
cp: hex
ph: id
pc: id
sc: id
mrk: id
sm: id
em: startRef
"""
_EDITING = "canCopy canDelete canReorder copyOf"
_TWO_ENDS = " ".join(
    f"{name}{end}" for name in ("disp", "equiv", "dataRef", "subFlows") for end in ("Start", "End")
)
_ALLOWED_2 = f"""
xliff: version srcLang trgLang {_XML_SPACE}
file: id canResegment original translate srcDir trgDir {_XML_SPACE}
skeleton: href
group: id name canResegment translate srcDir trgDir type {_XML_SPACE}
unit: id name canResegment translate srcDir trgDir type {_XML_SPACE}
segment: id canResegment state subState
ignorable: id
notes:
note: id appliesTo category priority ref
originalData:
data: id dir {_XML_SPACE}
source: {XML_LANG} {_XML_SPACE}
target: {XML_LANG} {_XML_SPACE} order
cp: hex
ph: id {_EDITING} disp equiv dataRef subFlows subType type
pc: id {_EDITING} canOverlap {_TWO_ENDS} subType type dir
sc: id {_EDITING} canOverlap dataRef dir disp equiv isolated subFlows subType type
ec: id {_EDITING} canOverlap dataRef dir disp equiv isolated startRef subFlows subType type
mrk: id translate type ref value
sm: id translate type ref value
em: startRef
"""
_VALUES_2 = {
    "state": "initial translated reviewed final",
    "canResegment": "yes no",
    "canCopy": "yes no",
    "canDelete": "yes no",
    "canOverlap": "yes no",
    "isolated": "yes no",
    "translate": "yes no",
    "canReorder": "yes firstNo no",
    "dir": "ltr rtl auto",
    "srcDir": "ltr rtl auto",
    "trgDir": "ltr rtl auto",
    "appliesTo": "source target",
    "priority": "1 2 3 4 5 6 7 8 9 10",
    _XML_SPACE: "default preserve",
}
_CODE_TYPES_2 = frozenset("fmt ui quote link image other".split())  # of ph, pc, sc and ec
_SHORT = {  # what a model calls by one word
    "1": {
        "codes": "(g | bpt | ept | ph | it | mrk | x | bx | ex)*",
        "about": "context-group | count-group | prop-group | note",
    },
    "2": {"codes": "(cp | ph | pc | sc | ec | mrk | sm | em)*"},
}
_NAME = re.compile(r"[A-Za-z][\w-]*")
FOREIGN = "any"  # what an element of another namespace is called among children


@dataclass(frozen=True)
class Grammar:
    """One version's elements: their children in order, and their attributes."""

    models: dict[str, str]  # as they are written, for messages
    order: dict[str, re.Pattern[str]]  # over the children's names, each followed by a blank
    text: frozenset[str]  # elements that hold character data
    required: dict[str, tuple[str, ...]]
    allowed: dict[str, frozenset[str]] | None  # None: any attribute
    values: dict[str, tuple[frozenset[str], bool]]  # an attribute's values; whether x-… is one

    def fits(self, name: str, children: list[str]) -> bool:
        """Whether an element may hold these children in this order.

        >>> grammar("1").fits("trans-unit", ["source", "target", "note"])
        True
        >>> grammar("2").fits("segment", ["target", "source"])
        False
        """
        return self.order[name].fullmatch("".join(f"{child} " for child in children)) is not None

    def takes(self, element: str, attribute: str, value: str) -> bool:
        """Whether an attribute may have this value.

        >>> grammar("1").takes("target", "state", "x-checked")
        True
        >>> grammar("2").takes("ph", "type", "bold")
        False
        """
        if attribute == "type" and self.allowed is not None:
            return element not in ("ph", "pc", "sc", "ec") or value in _CODE_TYPES_2
        known, extensible = self.values.get(attribute, (frozenset(), True))
        return not known or value in known or (extensible and value.startswith("x-"))


@cache
def grammar(version: str) -> Grammar:
    """The tables of version "1" (1.0 to 1.2) or "2" (2.0 to 2.2)."""
    first = version == "1"
    text = _MODELS_1 if first else _MODELS_2
    for short, full in _SHORT[version].items():
        text = text.replace(short, full)
    models = _table(text)
    values = _VALUES_1 if first else _VALUES_2
    return Grammar(
        {name: model.removeprefix("#").strip() for name, model in models.items()},
        {name: _pattern(model) for name, model in models.items()},
        frozenset(name for name, model in models.items() if model.startswith("#")),
        {n: tuple(v.split()) for n, v in _table(_REQUIRED_1 if first else _REQUIRED_2).items()},
        None if first else {n: frozenset(v.split()) for n, v in _table(_ALLOWED_2).items()},
        {name: (frozenset(v.split()) - {"x-"}, " x-" in v) for name, v in values.items()},
    )


def _table(text: str) -> dict[str, str]:
    rows = (line.partition(":") for line in text.splitlines() if line)
    return {name: rest.strip() for name, _, rest in rows}


def _pattern(model: str) -> re.Pattern[str]:
    """A content model over names that are each followed by a blank.

    Each choice under a star begins with another name, so matching never goes back over a long row.
    """
    parts = (
        f"(?:{token} )" if _NAME.fullmatch(token) else token.replace("(", "(?:")
        for token in re.findall(r"[A-Za-z][\w-]*|[(|?+*)]", model.removeprefix("#"))
    )
    return re.compile("".join(parts))
