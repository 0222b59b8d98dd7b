"""The XML floor: hostile files do no harm, odd encodings are read, memory stays bounded."""

from __future__ import annotations

import io
import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from align.errors import FormatError, InputError
from align.formats import xml


def seen(data: bytes, *tags: str) -> list[str]:
    """The texts of the records in `data`."""
    with xml.reading(io.BytesIO(data)) as document:
        return [xml.text_of(element) for element in document.records(*tags)]


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
        "<!ENTITY % p \"<!ENTITY a 'b'>\"> %p;",
        '<!ENTITY a PUBLIC "-//x//y" "http://127.0.0.1:9/a">',
    ],
)
def test_declared_entities_are_refused(subset: str) -> None:
    data = f"<!DOCTYPE tmx [{subset}]><tmx><tu>&a;</tu></tmx>".encode()
    with pytest.raises(FormatError, match="declares entities"):
        seen(data, "tu")


def test_a_billion_laughs_cost_nothing() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE tmx [<!ENTITY l0 "lol">{levels}<!ATTLIST tmx x CDATA "&l9;">]>'
    with pytest.raises(FormatError):
        seen(f"{laughs}<tmx><tu>&l9;</tu></tmx>".encode(), "tu")


def test_nothing_is_fetched_for_an_external_dtd() -> None:
    """A server that would give the DTD is there, and nobody asks it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        asked: list[bool] = []

        def wait() -> None:
            try:
                server.accept()[0].close()
                asked.append(True)
            except TimeoutError:
                asked.append(False)

        thread = threading.Thread(target=wait)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/tmx14.dtd"
        data = f'<!DOCTYPE tmx SYSTEM "{address}"><tmx><tu>x</tu></tmx>'.encode()
        assert seen(data, "tu") == ["x"]
        thread.join()
    assert asked == [False]


def test_a_local_dtd_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "tmx14.dtd").write_text('<!ENTITY a "from the dtd">')
    file = tmp_path / "a.tmx"
    file.write_text('<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx><tu>x&a;&eacute;</tu></tmx>')
    with xml.reading(file) as document:
        assert [xml.text_of(element) for element in document.records("tu")] == [
            "x&a;é"
        ]  # and nothing is lost


TEXT = '<?xml version="1.0" encoding="{}"?>\n<tmx><tu>水 \U0002070e é</tu></tmx>'


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("utf-16", "utf-16-be"),
        ("utf-16", "utf-8"),  # as .NET tools do
        ("utf-16", "utf-8-sig"),
        ("GB18030", "gb18030"),
    ],
)
def test_encodings(declared: str, written: str) -> None:
    assert seen(TEXT.format(declared).encode(written), "tu") == ["水 \U0002070e é"]


@pytest.mark.parametrize("written", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("step", [1, 2, 3, 5])
def test_a_file_may_come_in_drops(written: str, step: int) -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(step)

    declared = "UTF-8" if written == "utf-8-sig" else "UTF-16"
    with xml.reading(Drops(TEXT.format(declared).encode(written))) as document:
        assert [xml.text_of(item) for item in document.records("tu")] == ["水 \U0002070e é"]


@pytest.mark.parametrize("data", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(InputError, match="empty"):
        seen(data, "tu")


def test_truncation_is_an_error_with_its_line_after_the_good_records() -> None:
    data = b"<tmx>\n<tu>a</tu>\n<tu>b</tu>\n<tu>c"
    found = []
    with xml.reading(io.BytesIO(data), name="x.tmx") as document:
        records = document.records("tu")
        found.append(xml.text_of(next(records)))
        found.append(xml.text_of(next(records)))
        with pytest.raises(FormatError, match=r"^x\.tmx:4: not well-formed XML: "):
            next(records)
    assert found == ["a", "b"]


def test_a_record_without_end_is_refused_in_bounded_memory() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += 1
            return b"<tmx>" if self.given == 1 else b"<x/>" * 4096

    source = Endless()
    with (
        pytest.raises(FormatError, match="without a complete <tu>"),
        xml.reading(source) as document,  # type: ignore[arg-type]
    ):
        next(document.records("tu"))
    assert source.given < 5000


def test_a_text_of_ten_megabytes_is_refused() -> None:
    data = b"<tmx><tu>" + b"x" * (11 << 20) + b"</tu></tmx>"
    with pytest.raises(FormatError, match="of over 10 MB"):
        seen(data, "tu")


def test_elements_too_deep_are_refused_without_advice_to_programmers() -> None:
    deep = b"<a>" + b"<b>" * 300 + b"x" + b"</b>" * 300 + b"</a>"
    with pytest.raises(FormatError, match="256 deep; cut the file"):
        seen(deep, "c")


def test_lines_beyond_65535_are_true() -> None:
    data = b"<tmx>" + b"<tu>a</tu>\n" * 70_000 + b"<tu>b</tu></tmx>"
    with xml.reading(io.BytesIO(data)) as document:
        lines = [xml.line_of(element) for element in document.records("tu")]
    assert lines == list(range(1, 70_002))


@given(st.text())
def test_what_is_escaped_is_read_back(text: str) -> None:
    clean, removed = xml.remove_forbidden(text)
    assert removed == len(text) - len(clean)
    document = f"<a b={xml.attribute(clean)}>{xml.escape(clean)}</a>"
    element = etree.fromstring(document.encode())
    assert (element.text or "") == clean
    assert element.get("b") == clean


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_forbidden_is_what_the_parser_refuses(text: str) -> None:
    clean, _ = xml.remove_forbidden(text)
    try:
        etree.fromstring(f"<a>{xml.escape(text)}</a>".encode())
        accepted = True
    except etree.XMLSyntaxError:
        accepted = False
    assert accepted == (clean == text)


@pytest.mark.parametrize("step", [1, 2, 5, 1 << 16])
def test_controls_are_passed_over_where_a_reader_is_lenient(step: int) -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(step)

    data = (
        "<tmx><tu>\x00\x0b水&#11;&#x1F;&#00012;\x1f&#65;&#x9;&#xB7;&amp;&#31;</tu></tmx>".encode()
    )
    with xml.reading(Drops(data), lenient=True) as document:
        (text,) = [xml.text_of(element) for element in document.records("tu")]
        assert (text, document.removed_characters) == ("水A\t·&", 7)


@given(st.integers(0, 300), st.sampled_from(["&#{};", "&#x{:x};", "&#x{:X};", "&#x0{:x};"]))
def test_references_to_controls_are_those_that_xml_forbids(code: int, form: str) -> None:
    reference = form.format(code)
    with xml.reading(io.BytesIO(f"<a><b>x{reference}y</b></a>".encode()), lenient=True) as document:
        (text,) = [xml.text_of(element) for element in document.records("b")]
    assert text == f"x{xml.remove_forbidden(chr(code))[0]}y"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_encodings_are_left_alone(encoding: str) -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1)

    data = TEXT.format("UTF-16").encode(encoding)
    with xml.reading(Drops(data), lenient=True) as document:
        assert [xml.text_of(element) for element in document.records("tu")] == ["水 \U0002070e é"]
