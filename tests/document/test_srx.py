"""SRX: a user's rules come before the built-in ones."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from align.document import read_document
from align.document.segmentation import split
from align.document.srx import load_rules, parse_rules, translate
from align.errors import FormatError, InputError

SRX = """<?xml version="1.0" encoding="UTF-8"?>
<srx xmlns="http://www.lisa.org/srx20" version="2.0">
 <header segmentsubflows="yes" cascade="{cascade}"/>
 <body>
  <languagerules>
   <languagerule languagerulename="English">
    <rule break="no"><beforebreak>\\bApprox\\.</beforebreak><afterbreak>\\s</afterbreak></rule>
    <rule break="yes"><beforebreak>;</beforebreak><afterbreak>\\s\\p{{Lu}}</afterbreak></rule>
   </languagerule>
   <languagerule languagerulename="Chinese">
    <rule break="no"><beforebreak>！</beforebreak><afterbreak/></rule>
    <rule break="yes"><beforebreak>；</beforebreak>
     <afterbreak>[\\p{{Han}}&amp;&amp;[^但]]</afterbreak></rule>
   </languagerule>
   <languagerule languagerulename="Default">
    <rule break="yes"><beforebreak>:</beforebreak><afterbreak>\\s</afterbreak></rule>
   </languagerule>
  </languagerules>
  <maprules>
   <languagemap languagepattern="EN.*" languagerulename="English"/>
   <languagemap languagepattern="zh.*" languagerulename="Chinese"/>
   <languagemap languagepattern=".*" languagerulename="Default"/>
  </maprules>
 </body>
</srx>
"""


def pieces(text: str, lang: str, cascade: str = "yes") -> list[str]:
    rules = parse_rules(SRX.format(cascade=cascade).encode())
    return [text[start:end] for start, end in split(text, lang, rules)]


def test_breaks_and_exceptions() -> None:
    assert pieces("He came. Approx. Ten left; The rest stayed; some ran.", "en-US") == [
        "He came.",
        "Approx. Ten left;",
        "The rest stayed; some ran.",
    ]


def test_chinese() -> None:
    assert pieces("好！他来了；她走了；但他没走。完。", "zh-CN") == [
        "好！他来了；",
        "她走了；但他没走。",
        "完。",
    ]


@pytest.mark.parametrize(
    ("cascade", "expected"), [("yes", ["One:", "Two;", "Three."]), ("no", ["One: Two;", "Three."])]
)
def test_cascade(cascade: str, expected: list[str]) -> None:
    assert pieces("One: Two; Three.", "en-US", cascade) == expected


def test_first_rule_that_fits_decides() -> None:
    both = """<srx version="2.0"><header cascade="yes"/><body><languagerules>
    <languagerule languagerulename="A">
    <rule break="no"><beforebreak>a;</beforebreak><afterbreak> </afterbreak></rule>
    <rule break="yes"><beforebreak>;</beforebreak><afterbreak> </afterbreak></rule>
    </languagerule></languagerules>
    <maprules><languagemap languagepattern=".*" languagerulename="A"/></maprules></body></srx>"""
    text = "a; b; c"
    found = [text[start:end] for start, end in split(text, "en", parse_rules(both.encode()))]
    assert found == ["a; b;", "c"]


def test_in_a_document(tmp_path: Path) -> None:
    path = tmp_path / "rules.srx"
    path.write_text(SRX.format(cascade="yes"), encoding="utf-8")
    document = read_document(BytesIO("他来了；她走了。".encode()), srx=path)
    assert [segment.text for segment in document.segments] == ["他来了；", "她走了。"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</srx>", "", "not well-formed XML"),
        ("srx", "tmx", "its root is <tmx>, not <srx>"),
        ("\\bApprox", "(Approx", "SRX:7: the regular expression '(Approx"),
        ("\\p{{Lu}}", "\\p{{javaUpper}}", "SRX:8: the regular expression"),
        (
            'languagerulename="Default"/>',
            'languagerulename="None"/>',
            "SRX:22: a languagemap names",
        ),
        ('break="no"><beforebreak>！', 'break="maybe"><beforebreak>！', "SRX:11: break='maybe'"),
        ('languagepattern=".*"', 'languagepattern="*"', "SRX:22: the regular expression"),
    ],
)
def test_bad_files(old: str, new: str, message: str) -> None:
    text = SRX.replace(old, new).format(cascade="yes")
    with pytest.raises(FormatError) as caught:
        parse_rules(text.encode())
    assert message in str(caught.value)


def test_nothing_in_it() -> None:
    with pytest.raises(FormatError, match="holds no languagemap or no rule"):
        parse_rules(b"<srx version='2.0'><header/><body/></srx>")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.srx: cannot be read"):
        load_rules(tmp_path / "none.srx")


def test_a_reference_to_an_entity_of_another_file_is_refused() -> None:
    text = SRX.format(cascade="yes").replace("?>\n", '?>\n<!DOCTYPE srx SYSTEM "srx.dtd">')
    parse_rules(text.encode())
    with pytest.raises(FormatError, match=r":\d+: the entity &mark; is not declared"):
        parse_rules(text.replace("；<", "&mark;<").encode())


def test_declared_entities_are_refused() -> None:
    bomb = '<!DOCTYPE srx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    text = SRX.format(cascade="yes").replace("?>\n", "?>\n" + bomb).replace("；<", "&b;<")
    with pytest.raises(FormatError, match="entities of its own"):
        parse_rules(text.encode())


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"\x{FFFFFF}", "there is no character"),
        (r"\x{D800}", "there is no character"),
        ("a{5000}{5000}{5000}{5000}(", "not understood"),
        ("(" * 5000, "not understood"),
        ("a{99999999999999999999}(", "not understood"),
    ],
    ids=["above-unicode", "surrogate", "large-repeats", "deep", "huge-repeat"],
)
def test_expressions_beyond_bounds_are_told_with_their_line(pattern: str, message: str) -> None:
    text = SRX.format(cascade="yes").replace(">;<", f">{pattern}<")
    with pytest.raises(FormatError, match=rf"^SRX:8: .*{message}"):
        parse_rules(text.encode())


def test_a_runaway_rule_is_stopped() -> None:
    text = SRX.format(cascade="yes").replace(">;<", ">(x+x+)+y<")
    rules = replace(parse_rules(text.encode()), seconds=0.2)
    with pytest.raises(FormatError, match=r"SRX:8: this rule takes more than 0\.2 s"):
        split("x" * 5000, "en-US", rules)


@pytest.mark.parametrize(
    ("icu", "ours"),
    [
        (r"\Qa.b\E c", r"a\.b\ c".replace(r"\ ", " ")),
        (r"\x{2026}", "…"),
        (r"\U0001F600", "\U0001f600"),
        (r"[\p{Lu}&&[^A]]", r"[\p{Lu}&&[^A]]"),
        (r"\e", r"\x1b"),
    ],
)
def test_translation(icu: str, ours: str) -> None:
    assert translate(icu) == ours
