"""Gettext catalogues as units."""

from __future__ import annotations

import io

import pytest

from align.errors import FormatError, InputError
from align.formats import po

CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: zh_CN\\n"

#. shown in the menu
#: menu.c:12
msgctxt "menu"
msgid "Open the %s"
msgstr "打开%s"

#, fuzzy
msgid "Close"
msgstr "关门"

msgid "one file"
msgid_plural "%d files"
msgstr[0] "%d 个文件"

msgid "Not yet"
msgstr ""

#~ msgid "Old"
#~ msgstr "旧"
"""


def read(text: str, **options: str) -> list[tuple[str, ...]]:
    units = po.read_units(io.BytesIO(text.encode()), name="x.po", **options)  # type: ignore[arg-type]
    return [(unit.source, unit.target, unit.source_lang, unit.target_lang) for unit in units]


def test_entries_are_units() -> None:
    report = po.PoReport()
    units = list(po.read_units(io.BytesIO(CATALOGUE.encode()), name="x.po", report=report))
    assert [(unit.source, unit.target, unit.state) for unit in units] == [
        ("Open the %s", "打开%s", None),
        ("Close", "关门", "draft"),
        ("%d files", "%d 个文件", None),
    ]
    assert (units[0].id, units[0].note) == ("menu", "shown in the menu")
    assert units[0].props == (("x-po-context", "menu"), ("x-po-reference", "menu.c:12"))
    assert (units[0].source_lang, units[0].target_lang) == ("en", "zh-CN")
    assert dict(report.skipped) == {"no target": 1, "obsolete": 1}


def test_a_language_is_needed() -> None:
    bare = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "甲"\n'
    assert read(bare, target_lang="zh-TW") == [("a", "甲", "en", "zh-TW")]
    with pytest.raises(InputError, match="--tgt-lang"):
        read(bare)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('msgid "a\nmsgstr', id="quote-left-open"),
        pytest.param("<xml/>", id="another-format"),
        pytest.param('msgid ""\nmsgstr "Content-Type: text/plain; charset=nonsense\\n"\n', id="charset"),
    ],
)  # fmt: skip
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match=r"^x\.po"):
        read(text)


@pytest.mark.parametrize(
    ("charset", "text"),
    [("UTF-8", b"Lamp\0"), ("unicode_escape", b"Lamp \\ud800"), ("unicode_escape", b"Lamp \\x00")],
    ids=["NUL", "half a character", "NUL by an escape"],
)
def test_what_is_no_text_is_refused_with_its_line(charset: str, text: bytes) -> None:
    head = f'msgid ""\nmsgstr "Language: zh\\n"\n"charset={charset}\\n"\n\n'.encode()
    data = head + b'msgid "' + text + b'"\nmsgstr "1"\n'
    with pytest.raises(FormatError, match=r"^lamps\.po:[57]: (the character NUL|half a character)"):
        list(po.read_units(io.BytesIO(data), name="lamps.po"))
