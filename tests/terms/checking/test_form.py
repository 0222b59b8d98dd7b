"""Slips of form: each rule finds its own and leaves right text alone; checklists are bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.terms.checking.checklist import check_list, read_checklist
from align.terms.checking.surface import RULES, check_surface

# Rule (or none where it is right), Chinese, English, whether the English is the source.
CASES = [
    ("doubled-word", "委员会核准了计划。", "The Committee approved the the plan.", False),
    ("doubled-word", "这项报告已经分发。", "The The report has been issued.", False),
    ("doubled-word", "委员会通过了了该报告。", "The Committee adopted the report.", True),
    ("doubled-word", "他说，说，会议推迟了。", "He said that the meeting was postponed.", True),
    ("", "他早已离开。", "He had had to leave long before.", False),
    ("", "谢谢各位，我们天天讨论讨论。", "Thank you; we discuss it every day.", True),
    ("", "他去过纽约。", "He has been to New York, New York.", False),
    ("", "他的确的到了。", "He did arrive.", True),
    ("double-space", "会议结束了。", "The meeting  rose.", False),
    ("", "会议结束了。", "The meeting rose. ", False),
    ("unclosed", "该处（设在日内瓦）已关闭。", "The office (in Geneva has closed.", False),
    ("unclosed", "该处（设在日内瓦）已关闭。", "The office in Geneva) has closed.", False),
    ("unclosed", "该处（设在日内瓦已关闭。", "The office (in Geneva) has closed.", True),
    ("", "(a) 培训人员；", "a) To train staff;", False),
    ("", "他说：“我们同意。", "He said: “We agree.", False),
    ("", "各国的立场", "The States’ position", False),
    ("end-mark", "会议何时开始？", "When does the meeting begin.", False),
    ("end-mark", "会议已经开始。", "The meeting has begun", False),
    ("end-mark", "会议已经开始。", "Has the meeting begun?", False),
    ("", "会议何时开始？", "When does the meeting begin?", False),
    ("", "培训人员；", "To train staff.", False),
    ("", "背景", "Background", False),
    ("", "会议于星期一下午3时举行", "Held on Monday at 3 p.m.", True),
    ("", "由霍尔特父子有限公司出售", "It was sold by Holt & Sons Ltd.", True),
    ("", "见图1、2等", "See figs. 1, 2 (etc.)", True),
    ("", "该办事处迁至港口街12号", "The office moved to 12 Harbour St.", True),
    ("", "会议于下午3时开始。", "The meeting began at 3 p.m.", False),
    ("end-mark", "他说不行", "He said no.", True),
    ("end-mark", "会议于星期六举行", "The meeting was held on the day on which we sat.", True),
    ("untranslated", "委员会审议了这份报告。", "委员会审议了这份报告。", False),
    ("untranslated", "The tribunal resumed its hearings.", "The tribunal resumed its hearings.", True),
    ("", "UNICEF", "UNICEF", True),
    ("", "Broken access control", "Broken access control", False),
    ("", "GET /records?page=2 HTTP/1.1", "GET /records?page=2 HTTP/1.1", False),
    ("", "How to read the list", "How to read this list", False),
    ("left-in", "委员会提出了建议。", "The Committee made some 建议.", False),
    ("", "关于“和平”一词", "On the word “和平”", False),
    ("", "设备现在在室内运行。", "The device now runs indoors.", True),
    ("", "设法促进和和平有关的活动。", "Promote activities that have to do with peace.", True),
    ("doubled-word", "设备在在室内运行。", "The device runs indoors.", True),
    ("doubled-word", "将数值转换为为整数。", "Convert the value to an integer.", True),
    ("", "显示所选的文件的文件夹。", "Show the folder of the selected file.", True),
    ("", "系统创建子进程进程号列表。", "It lists each child process, a process of its own.", True),
    ("", "检查是不是不含空格。", "Check that it has no blanks.", True),
    ("", "本县的手工业、工业和商业。", "Crafts, industry and trade of the county.", True),
    ("", "写入文件 file 并关闭。", "Write to the file file and close it.", False),
    ("", "读取表 table_name 的各行。", "Read the rows of the table table_name.", True),
    ("", "读取各行。", "Read the rows of the table table_name.", False),
    ("doubled-word", "写入文件并关闭。", "Write to the file file and close it.", False),
    ("", "请勿使用标点（.、! 或 :）。", "Do not use marks of any kind (., ! or :).", False),
    ("", "第5条 其他规定", "Section 5 – Other Rules.", True),
    ("", "b. 其他权利", "b. Other rights.", True),
    ("end-mark", "b. 本许可不授予任何其他权利", "b. No other rights of any kind are granted to you here.", True),
    ("", "运行 npm run build test watch all 命令。", "Run npm run build test watch all now.", True),
    ("left-in", "请打开 the settings of your account in the menu 页面。", "Open the page.", True),
    ("", "见“the value is not in the given list”。", "See 'the value is not in the given list'.", True),
    ("", "git clone --depth=1 repo && make all tests", "git clone --depth=1 repo && make all tests", True),
    ("", "RFC 2119: Key Words for Use in Requirement Levels", "RFC 2119: Key Words for Use in Requirement Levels", True),
    ("", "RFC 9999 Safe Use of Elements used in an Open Command", "RFC 9999 Safe Use of Elements used in an Open Command", True),
    ("untranslated", "RFC 2119 says what the words mean here.", "RFC 2119 says what the words mean here.", True),
    ("", "王毅（外交部长）", "Wang Yi (王毅), Minister for Foreign Affairs", False),
]  # fmt: skip
IDS = [f"{rule or 'right'}-{place}" for place, (rule, *_) in enumerate(CASES)]


@pytest.mark.parametrize(("rule", "zh", "en", "english"), CASES, ids=IDS)
def test_case(rule: str, zh: str, en: str, english: bool) -> None:
    unit = TranslationUnit(zh, en)
    if english:
        unit = TranslationUnit(en, zh, source_lang="en", target_lang="zh")
    assert [one.rule for one in check_surface([unit])] == ([rule] if rule else [])


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_can_be_turned_off(rule: str) -> None:
    wrong = [case for case in CASES if case[0] == rule]
    assert wrong
    units = [
        TranslationUnit(en, zh, source_lang="en", target_lang="zh")
        if english
        else TranslationUnit(zh, en)
        for _, zh, en, english in wrong
    ]
    assert not [one for one in check_surface(units, off={rule}) if one.rule == rule]


def test_a_finding_points_at_the_slip() -> None:
    (one,) = check_surface([TranslationUnit("计划已核准。", "They approved the the plan.")])
    assert one.target_spans == ((14, 21),)
    assert one.found == "the the"


def _checklist(folder: Path, *rows: str) -> Path:
    path = folder / "list.tsv"
    path.write_text("source\ttarget\tmessage\tseverity\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def test_a_checklist_of_ones_own(tmp_path: Path) -> None:
    items = read_checklist(
        _checklist(tmp_path, "散会\tadjourned sine die\twrite: rose\terror", "\t\\butilize\t\t")
    )
    units = [
        TranslationUnit("散会。", "The meeting was adjourned sine die."),
        TranslationUnit("休会。", "The meeting was adjourned sine die."),
        TranslationUnit("使用。", "They utilize it."),
    ]
    found = list(check_list(units, items))
    assert [(one.unit, one.severity, one.found) for one in found] == [
        (0, "error", "adjourned sine die"),
        (2, "warning", "utilize"),
    ]
    assert "write: rose" in found[0].message


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("\t(a\t\t", "no regular expression"),
        ("\t\twhy\t", "needs a pattern"),
        ("\ta\t\tbad", "no severity"),
    ],
    ids=["broken", "empty", "severity"],
)
def test_a_bad_checklist_is_refused_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(FormatError, match=f"list.tsv:2.*{said}"):
        read_checklist(_checklist(tmp_path, row))


def test_a_pattern_without_end_is_stopped(tmp_path: Path) -> None:
    items = read_checklist(_checklist(tmp_path, "\t(a|aa)+$\t\t"))
    units = [TranslationUnit("甲", "a" * 60 + "b")]
    with pytest.raises(FormatError, match="takes too long"):
        list(check_list(units, items))
