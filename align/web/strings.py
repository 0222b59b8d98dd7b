"""The page's words in both interface languages."""

from __future__ import annotations

import re

from align.report.strings import Language
from align.report.strings import words as report_words

_WORDS: dict[str, tuple[str, str]] = {
    "app": ("Alignment review", "对齐审校"),
    "other_language": ("中文", "English"),
    "language": ("Interface language", "界面语言"),
    "folder": ("Folder", "文件夹"),
    "projects": ("Projects", "项目"),
    "projects_none": ("No project yet.", "还没有项目。"),
    "memories": ("Translated files (TMX, XLIFF, PO)", "双语文件（TMX、XLIFF、PO）"),
    "documents": ("Documents", "文档"),
    "new_pair": ("Align two documents", "对齐两份文档"),
    "drop": (
        "Drop a Chinese and an English document here, or choose them. They stay on this computer.",
        "将中文和英文文档拖放到这里，或选择文件。文件不会离开本机。",
    ),
    "choose": ("Choose files", "选择文件"),
    "pick_two": (
        "Tick two documents, one Chinese and one English, then align.",
        "勾选两份文档（一中一英），然后对齐。",
    ),
    "align": ("Align", "开始对齐"),
    "open": ("Open", "打开"),
    "size": ("Size", "大小"),
    "too_large": ("is larger than the limit of {limit} MB", "超过 {limit} MB 的上限"),
    "uploading": ("Copying {name} …", "正在复制 {name} …"),
    "reading-source": ("Reading the first document …", "正在读取第一份文档……"),
    "reading-target": ("Reading the second document …", "正在读取第二份文档……"),
    "aligning": ("Aligning …", "正在对齐……"),
    "carrying": ("Carrying your decisions over …", "正在沿用已有的审校结果……"),
    "saving": ("Saving …", "正在保存……"),
    "done": ("Done.", "完成。"),
    "lost": (
        "{count} decisions did not find their sentences again; they are in {file}.",
        "{count} 项审校结果未能找到对应句子，保存在 {file}。",
    ),
    "stale": (
        "The documents have changed since this project was made.",
        "项目建立后文档已有改动。",
    ),
    "reread": ("Read them again", "重新读取"),
    "back": ("All files", "全部文件"),
    "waiting": ("to review", "待审"),
    "reviewed": ("reviewed", "已审"),
    "rejected": ("rejected", "已弃"),
    "pinned": ("pinned", "已固定"),
    "of": ("of", "/"),
    "units": ("units", "单元"),
    "unit_list": ("Units", "单元列表"),
    "toolbar": ("Actions for this unit", "当前单元操作"),
    "next": ("Next to review", "下一待审"),
    "undo": ("Undo", "撤销"),
    "redo": ("Redo", "重做"),
    "export": ("Export", "导出"),
    "export_tmx": ("TMX (translation memory)", "TMX（翻译记忆）"),
    "export_xlsx": ("XLSX (review sheet)", "XLSX（审校表）"),
    "export_jsonl": ("JSON lines", "JSON lines"),
    "export_html": ("HTML report", "HTML 报告"),
    "help": ("Keyboard", "键盘"),
    "close": ("Close", "关闭"),
    "merge": ("Merge with next", "与下一单元合并"),
    "split": ("Split", "拆分"),
    "split_here": ("Split here", "在此拆分"),
    "up": ("Sentence up", "句子上移"),
    "down": ("Sentence down", "句子下移"),
    "edit": ("Edit text", "编辑文本"),
    "mark_reviewed": ("Reviewed", "标为已审"),
    "mark_rejected": ("Reject", "弃用"),
    "pin": ("Pin", "固定"),
    "unpin": ("Unpin", "取消固定"),
    "realign": ("Re-align between pins", "重新对齐固定点之间"),
    "realign_all": ("Re-align everything that is not decided", "重新对齐所有未定内容"),
    "comment": ("Comment", "批注"),
    "side": ("Side", "一侧"),
    "source": ("Chinese", "中文"),
    "target": ("English", "英文"),
    "save": ("Save", "保存"),
    "cancel": ("Cancel", "取消"),
    "panel": ("Side panel", "侧栏"),
    "tab_queue": ("Where to look", "优先查看"),
    "tab_search": ("Search", "检索"),
    "tab_lookup": ("Terms", "术语"),
    "tab_findings": ("Findings", "检查结果"),
    "queue_note": (
        "{count} units wait for you, weakest first.",
        "有 {count} 个单元待审，最弱者在前。",
    ),
    "queue_none": ("Nothing waits for review.", "没有待审单元。"),
    "search_label": ("Search this text and the memory", "在本文和记忆库中检索"),
    "search_go": ("Search", "检索"),
    "search_hits": ("{count} units here", "本文 {count} 个单元"),
    "search_memory": ("{count} in the memory", "记忆库 {count} 条"),
    "search_none": ("Nothing found.", "未找到。"),
    "lookup_label": ("Look a term up", "查术语"),
    "lookup_go": ("Look up", "查询"),
    "lookup_none": ("No entry for {term}.", "没有“{term}”的词条。"),
    "lookup_seen": ("In this text", "本文用例"),
    "termbase": ("termbase", "术语库"),
    "memory": ("memory", "记忆库"),
    "document": ("this text", "本文"),
    "preferred": ("preferred", "首选"),
    "admitted": ("admitted", "可用"),
    "deprecated": ("deprecated", "弃用"),
    "superseded": ("superseded", "已被取代"),
    "findings_none": ("Nothing was found.", "未发现问题。"),
    "findings_running": ("The checks are running …", "正在检查……"),
    "findings_failed": ("The checks could not run: {reason}", "检查无法运行：{reason}"),
    "findings_more": ("The first {count} are shown.", "仅显示前 {count} 项。"),
    "saved": ("Saved", "已保存"),
    "nothing": ("Nothing changed.", "没有变化。"),
    "did_merge": ("Merged.", "已合并。"),
    "did_split": ("Split.", "已拆分。"),
    "did_up": ("Sentence moved up.", "句子已上移。"),
    "did_down": ("Sentence moved down.", "句子已下移。"),
    "did_edit": ("Text saved.", "文本已保存。"),
    "did_comment": ("Comment saved.", "批注已保存。"),
    "did_reviewed": ("Reviewed.", "已更新审校状态。"),
    "did_rejected": ("Changed.", "已更新弃用状态。"),
    "did_pin": ("Pin changed.", "固定状态已更改。"),
    "did_realign": ("Aligned again between the pins.", "已重新对齐固定点之间的内容。"),
    "did_realign-all": ("Everything undecided was aligned again.", "已重新对齐所有未定内容。"),
    "did_undo": ("Taken back.", "已撤销。"),
    "did_redo": ("Done again.", "已重做。"),
    "all_reviewed": ("Nothing is left to review.", "已无待审单元。"),
    "cannot": ("This cannot be done here.", "此处无法执行该操作。"),
    "offline": (
        "The server does not answer; the last change was not saved. Is align serve still running?",
        "服务器没有响应，最后一次改动未保存。align serve 是否仍在运行？",
    ),
    "error_last": ("There is no unit below to merge with.", "下面没有可合并的单元。"),
    "error_single": ("There is nothing to split here.", "此处没有可拆分的内容。"),
    "error_empty": ("There is no sentence on this side to move.", "这一侧没有可移动的句子。"),
    "error_edge": ("There is no unit beyond this one.", "已到边缘，没有更多单元。"),
    "error_edited": (
        "The text of this side was edited. Restore it before you move its sentences.",
        "这一侧的文本已修改，请先恢复原文再移动句子。",
    ),
    "error_long": ("The text is too long.", "文本过长。"),
    "error_changed": (
        "This row was changed elsewhere in the meantime; the page is loaded again",
        "这一行已在别处修改，页面将重新载入",
    ),
    "error_gone": (
        "This unit has changed meanwhile; the page shows it as it is now.",
        "该单元已有变化，页面已更新。",
    ),
    "error_nothing-free": (
        "There is nothing undecided between these pins.",
        "这些固定点之间没有未定内容。",
    ),
    "error_no-undo": ("There is nothing to undo.", "没有可撤销的操作。"),
    "error_no-redo": ("There is nothing to redo.", "没有可重做的操作。"),
    "key_move": ("next, previous unit", "下一、上一单元"),
    "key_side": ("choose the side", "选择一侧"),
    "key_undo": ("undo, redo", "撤销、重做"),
    "key_shift": ("move a sentence of the chosen side up, down", "将所选一侧的句子上移、下移"),
    "key_next": ("next, previous that needs review", "下一、上一待审单元"),
    "key_term": ("look up the next term of this unit", "查询本单元的下一术语"),
    "key_search": ("search", "检索"),
    "key_help": ("this list", "本列表"),
    "key_save": ("while editing: save, cancel", "编辑时：保存、取消"),
    "edited": ("edited", "已改"),
    "by_hand": ("by hand", "人工"),
    "no_target": ("No English counterpart", "无对应英文"),
    "no_source": ("No Chinese counterpart", "无对应中文"),
    "unit_label": ("Unit", "单元"),
    "loading": ("Loading …", "载入中……"),
    "denied": (
        "Open the address that align serve printed; it holds the key to this page.",
        "请打开 align serve 显示的地址，其中含有本页的密钥。",
    ),
}


def words(language: Language) -> dict[str, str]:
    """Every string of the page in `language`; those that the reports share come from there."""
    index = 0 if language == "en" else 1
    return {**report_words(language), **{key: pair[index] for key, pair in _WORDS.items()}}


def negotiate(chosen: str | None, header: str) -> Language:
    """The language that was chosen, else the one that the browser prefers (Accept-Language).

    >>> negotiate(None, "fr, zh-TW;q=0.8, en;q=0.5"), negotiate("en", "zh"), negotiate(None, "")
    ('zh', 'en', 'en')
    """
    if chosen in ("en", "zh"):
        return "zh" if chosen == "zh" else "en"
    ranked: list[tuple[float, int, Language]] = []
    for place, part in enumerate(header.split(",")):
        found = re.fullmatch(r"\s*(en|zh)\b[\w-]*\s*(?:;\s*q=([0-9.]+))?\s*", part, re.I)
        if found:
            weight = float(found[2]) if found[2] and found[2].count(".") < 2 else 1.0
            ranked.append((-weight, place, "zh" if found[1].lower() == "zh" else "en"))
    return min(ranked)[2] if ranked else "en"
