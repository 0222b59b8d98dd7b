"""One file with both languages is taken apart and aligned."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from align.cli import app
from align.document import read_bilingual
from align.errors import InputError

from .make_docx import make_docx, paragraph

CHINESE = ["山上有一座图书馆。", "没有人记得它是谁建的。", "灯亮了。2030年又灭了。"]
ENGLISH = ["There is a library on the hill.", "Nobody knows who built it.", "The lamp was lit. It went out in 2030."]  # fmt: skip


def sides(data: bytes, name: str = "both") -> tuple[list[str], list[str]]:
    documents = read_bilingual(BytesIO(data), name=name)
    assert [document.lang for document in documents] == ["zh-CN", "en-US"]
    first, second = (
        [document.text[part.start : part.end] for part in document.paragraphs]
        for document in documents
    )
    return first, second


def table(*rows: tuple[str, ...]) -> bytes:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return make_docx("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>")


SENTENCES = "\n".join(f"{zh} {en}" for zh, en in zip(CHINESE, ENGLISH, strict=True))
BY_TURNS = "\n\n".join(text for pair in zip(CHINESE, ENGLISH, strict=True) for text in pair)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(table(*zip(CHINESE, ENGLISH, strict=True)), id="Word table"),
        pytest.param(table(*zip(ENGLISH, CHINESE, strict=True)), id="English first"),
        pytest.param(BY_TURNS.encode(), id="paragraphs by turns"),
        pytest.param(
            "\n".join("\t".join(pair) for pair in zip(CHINESE, ENGLISH, strict=True)).encode(),
            id="tabs",
        ),
        pytest.param("\n".join([*CHINESE, "", *ENGLISH]).encode(), id="one after the other"),
        pytest.param(SENTENCES.encode(), id="sentences by turns, a pair a line"),
        pytest.param(SENTENCES.replace("。 ", "。").encode(), id="without a space"),
    ],
)
def test_both_sides(data: bytes) -> None:
    assert sides(data) == (CHINESE, ENGLISH)


NOTICE = ["Copyright [year] [owner]", "You may use this under the Lamp Licence."]


@pytest.mark.parametrize(
    ("halves", "expected"),
    [
        pytest.param(
            (["许可证", *CHINESE, *NOTICE], ["Licence", *ENGLISH, *NOTICE]),
            (["许可证", *CHINESE, *NOTICE], ["Licence", *ENGLISH, *NOTICE]),
            id="at the end of either half",
        ),
        pytest.param(
            (["许可证", *NOTICE, *CHINESE], ["Licence", *NOTICE, *ENGLISH]),
            (["许可证", *NOTICE, *CHINESE], ["Licence", *NOTICE, *ENGLISH]),
            id="within",
        ),
        pytest.param(
            (["Licence", *ENGLISH, *NOTICE], ["许可证", *CHINESE, *NOTICE]),
            (["许可证", *CHINESE, *NOTICE], ["Licence", *ENGLISH, *NOTICE]),
            id="English first",
        ),
        pytest.param(
            ([*CHINESE, "2030年7月 http://lamp.example/licences/of/the/lamp"], ENGLISH),
            ([*CHINESE, "2030年7月 http://lamp.example/licences/of/the/lamp"], ENGLISH),
            id="a long address in a short line",
        ),
    ],
)
def test_what_is_left_untranslated_stays_in_its_half(
    halves: tuple[list[str], list[str]], expected: tuple[list[str], list[str]]
) -> None:
    assert sides("\n\n".join(text for half in halves for text in half).encode()) == expected


HEADS = ["灯塔规则", "值班", "夜里不得睡觉"]
HEADINGS = ["Lighthouse rules", "On duty", "No sleep at night"]


@pytest.mark.parametrize(
    "form",
    ["{en} | {zh}", "{zh} / {en}", "{zh}／{en}", "{en} ({zh})", "{zh}（{en}）：", "{zh} — {en}"],
    ids=["bar", "stroke", "wide-stroke", "brackets", "wide-brackets", "dash"],
)
def test_a_line_in_both_languages_is_cut_in_two(form: str) -> None:
    lines = [form.format(zh=zh, en=en) for zh, en in zip(HEADS, HEADINGS, strict=True)]
    turns = [lines[0], CHINESE[0], ENGLISH[0], lines[1], CHINESE[1], ENGLISH[1], lines[2]]
    assert sides("\n\n".join(turns).encode()) == (
        [HEADS[0], CHINESE[0], HEADS[1], CHINESE[1], HEADS[2]],
        [HEADINGS[0], ENGLISH[0], HEADINGS[1], ENGLISH[1], HEADINGS[2]],
    )


def test_paragraphs_with_both_are_cut_beside_many_of_one() -> None:
    rules = ["The following is forbidden:\n以下行为不被允许：", "Nobody may swim. 任何人不得游泳。"]
    items = [text for pair in zip(CHINESE, ENGLISH, strict=True) for text in pair]
    chinese, english = sides("\n\n".join([rules[0], *items, rules[1]]).encode(), "rules.md")
    assert (chinese[0], chinese[-1]) == ("以下行为不被允许：", "任何人不得游泳。")
    assert (english[0], english[-1]) == ("The following is forbidden:", "Nobody may swim.")


def test_the_sign_between_two_languages_is_on_record() -> None:
    chinese, _ = read_bilingual(
        BytesIO("灯塔规则 | Lighthouse rules\n值班 | On duty".encode()), name="x"
    )
    assert [(removal.line, removal.text) for removal in chinese.removals] == [(1, "|"), (2, "|")]


@pytest.mark.parametrize(
    "text",
    [
        "世界灯塔组织（WLO）\n\n他用 Word 写信。\n\nThe World Lighthouse Organization\n\nHe writes in Word.",
        "灯塔里用的煤油灯的灯油 (oil)\n\n用 Lamp Oil 点灯。\n\n看守人 Smith 来了。\n\nLamp oil\n\nIt burns.\n\nHe came.",
    ],
    ids=["short-form", "one-of-three"],
)
def test_a_name_in_brackets_stays_in_its_sentence(text: str) -> None:
    lines = text.split("\n\n")
    assert sides(text.encode()) == (lines[: len(lines) // 2], lines[len(lines) // 2 :])


def test_a_line_that_comes_again_by_turns_is_one_sides() -> None:
    turns = [
        *zip(CHINESE, ENGLISH, strict=True),
        ("钟响了。", "The end."),
        ("钟又响了。", "The end."),
    ]
    data = "\n\n".join(text for pair in turns for text in pair).encode()
    assert sides(data) == tuple([*column] for column in zip(*turns, strict=True))


def test_a_column_of_neither_language_is_removed_with_a_record() -> None:
    rows = [(str(at), *pair, "ok") for at, pair in enumerate(zip(CHINESE, ENGLISH, strict=True))]
    chinese, english = read_bilingual(BytesIO(table(*rows)), name="both")
    assert len(chinese.paragraphs) == len(english.paragraphs) == 3
    assert [removal.text for removal in chinese.removals] == ["0", "ok", "1", "ok", "2", "ok"]


def test_a_file_of_one_language_is_refused() -> None:
    with pytest.raises(InputError, match="one: holds one language only; two files are needed"):
        read_bilingual(BytesIO(" ".join(ENGLISH).encode()), name="one")


def test_the_command_takes_one_file(tmp_path: Path) -> None:
    both, out = tmp_path / "both.txt", tmp_path / "out.tsv"
    both.write_text(BY_TURNS, encoding="utf-8")
    result = CliRunner().invoke(app, ["pair", str(both), "--tsv", str(out)])
    assert result.exit_code == 0, result.output
    units = [line.split("\t")[:2] for line in out.read_text(encoding="utf-8").splitlines()]
    assert units[:2] == [list(pair) for pair in zip(CHINESE, ENGLISH, strict=True)][:2]
