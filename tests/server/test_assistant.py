"""The tools for an assistant: over stdio with the package's own client, and their bounds."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.errors import InputError
from align.memory import TranslationMemory
from align.memory.opening import open_memory
from align.server.assistant import Assistant, opened
from align.terms.termbase import load_termbase

UNITS = [
    TranslationUnit(
        "维和行动需要明确的任务规定。",
        "Peacekeeping operations need clear mandates.",
        symbol="A/78/1",
        paragraph="3",
        origin="a.tmx",
    ),
    TranslationUnit(
        "会议于下午6时散会。", "The meeting rose at 6 p.m.", symbol="A/78/2", origin="b.tmx"
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assistant")
    with TranslationMemory.open(folder / "m.tm", create=True) as memory:
        memory.add(UNITS, origin="o", now="20260101T000000Z")
    (folder / "terms.csv").write_text("zh,en,status\n维和行动,peacekeeping operation,preferred\n")
    inside = folder / "documents"
    inside.mkdir()
    (inside / "zh.txt").write_text("会议开始。任务规定很明确。", encoding="utf-8")
    (inside / "en.txt").write_text("The meeting began. The mandate is very clear.")
    (folder / "secret.txt").write_text("nobody's")
    (inside / "link.txt").symlink_to(folder / "secret.txt")
    return folder


@pytest.fixture(scope="module")
def assistant(place: Path) -> Iterator[Assistant]:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    terms = load_termbase(place / "terms.csv")
    with open_memory(place / "m.tm", read_only=True, encoder=encoder) as memory:
        yield opened(memory, terms, encoder, place / "documents")


def test_every_answer_is_cited(assistant: Assistant) -> None:
    found = assistant.lookup("维和行动")
    assert found["entries"][0]["concept"]["terms"][1]["text"] == "peacekeeping operation"
    assert found["entries"][0]["cited"].startswith("termbase, concept ")
    (rendering,) = found["renderings"]
    assert rendering["examples"][0]["cited"] == "A/78/1, para. 3, a.tmx"
    (hit,) = assistant.concordance("散会")["hits"]
    assert (hit["unit"], hit["cited"], hit["memory"]) == (2, "A/78/2, b.tmx", "m")
    (sentence,) = assistant.references(text="会议于下午6时散会。")["sentences"]
    assert sentence["answers"][0]["text"] == UNITS[1].target
    assert "A/78/2" in sentence["answers"][0]["cited"]


def test_texts_and_documents_are_paired(assistant: Assistant) -> None:
    found = assistant.pair(chinese_document="zh.txt", english_document="en.txt")
    assert [(u["source"], u["target"]) for u in found["units"]] == [
        ("会议开始。", "The meeting began."),
        ("任务规定很明确。", "The mandate is very clear."),
    ]
    found = assistant.pair(chinese="会议开始。", english="The meeting began.")
    assert len(found["units"]) == 1


def test_a_wrong_number_is_found(assistant: Assistant) -> None:
    found = assistant.check([{"source": "共有30人。", "target": "There were 13 people."}])
    assert found["findings"]


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "link.txt", "/etc/passwd", "", ".", "no.txt", "a\0b", "x" * 5000],
    ids=range(8),
)
def test_nothing_outside_the_folder_is_read(assistant: Assistant, name: str) -> None:
    with pytest.raises(InputError) as told:
        assistant.references(document=name)
    assert "nobody" not in str(told.value)


def test_what_is_too_much_is_refused(assistant: Assistant) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: assistant.lookup("x" * 501),
        lambda: assistant.concordance(" "),
        lambda: assistant.check([]),
        lambda: assistant.check([{"source": "a", "target": "b"}] * 501),
        lambda: assistant.references(),
        lambda: assistant.references(text="a", document="zh.txt"),
        lambda: assistant.lookup("x", lang="fr"),
    )
    for call in calls:
        with pytest.raises(InputError):
            call()


def test_the_packages_own_client_uses_the_tools(place: Path) -> None:
    pytest.importorskip("mcp")
    from mcp import Client, StdioServerParameters

    command = ["-m", "align", "mcp", "-m", str(place / "m.tm"), "--terms", str(place / "terms.csv")]

    async def talk() -> tuple[Any, Any, Any]:
        async with Client(StdioServerParameters(command=sys.executable, args=command)) as client:
            tools = await client.list_tools()
            found = await client.call_tool("concordance", {"words": "peacekeeping"})
            refused = await client.call_tool("references", {"document": "/etc/passwd"})
            return tools, found, refused

    tools, found, refused = asyncio.run(talk())
    assert {tool.name for tool in tools.tools} == {
        *("lookup", "concordance", "references", "check", "pair")
    }
    for tool in tools.tools:
        assert tool.description
        assert tool.input_schema["type"] == "object"
    assert not found.is_error
    hit = found.structured_content["hits"][0]
    assert hit["cited"] == "A/78/1, para. 3, a.tmx"
    assert json.loads(found.content[0].text) == found.structured_content
    assert refused.is_error
    assert "no folder" in refused.content[0].text
