"""The page's words in both interface languages."""

from __future__ import annotations

import re

from align.report.strings import Language
from align.report.strings import words as report_words

_WORDS: dict[str, tuple[str, str]] = {
    "app": ("Alignment review", "对齐审校"),
    "other_language": ("中文", "English"),
    "chinese": ("Chinese", "中文"),
    "english": ("English", "英文"),
    "language": ("Interface language", "界面语言"),
    "folder": ("Folder", "文件夹"),
    "projects": ("Projects", "项目"),
    "projects_none": ("No project yet.", "还没有项目。"),
    "memories": ("Translated files (TMX, XLIFF, PO)", "双语文件（TMX、XLIFF、PO）"),
    "documents": ("Documents", "文档"),
    "new_pair": ("Align two documents", "对齐两份文档"),
    "drop": (
        (
            "Drop a Chinese and an English document here, or a whole folder, whose pairs will be "
            "found. They stay on this computer."
        ),
        "将中英文文档或整个文件夹拖放到这里，文件夹内的文档会自动配对。文件不会离开本机。",
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
    "choose_folder": ("Choose a folder", "选择文件夹"),
    "find_pairs": ("Find the pairs among these", "在这些文档中查找配对"),
    "finding": (
        "Looking for pairs: {read} of {total} read",
        "正在查找配对：已读 {read}/{total} 份",
    ),
    "found_pairs": ("Pairs found: {count}", "找到 {count} 对文档"),
    "found_none": ("No two of these documents belong together.", "这些文档中没有互为译文的一对。"),
    "align_pairs": ("Align the ticked pairs", "对齐所选文档对"),
    "anyway": ("Align anyway", "仍然对齐"),
    "alone": ("Without a partner", "没有对应文档"),
    "batch_done": ("Aligned: {done} of {total}", "已对齐 {done}/{total} 对"),
    "to_review_count": ("{units} units, {waiting} to review", "{units} 个单元，{waiting} 个待审"),
    "same_file": (
        "{name} is here already; one copy is kept.",
        "{name} 已在文件夹中，不再重复保存。",
    ),
    "status_found": ("found", "已找到"),
    "status_waiting": ("waits", "等待中"),
    "status_aligning": ("being aligned", "正在对齐"),
    "status_done": ("aligned", "已对齐"),
    "status_failed": ("failed", "失败"),
    "status_unrelated": ("not translations of each other", "似非互译文本"),
    "reading": ("Reading …", "正在读取……"),
    "too_many": ("At most {count} files can be taken at once.", "一次最多可放入 {count} 个文件。"),
    "lost": (
        "{count} decisions did not find their sentences again; they are in {file}.",
        "{count} 项审校结果未能找到对应句子，保存在 {file}。",
    ),
    "stale": (
        "The documents have changed since this project was made.",
        "项目建立后文档已有改动。",
    ),
    "reread": ("Read them again", "重新读取"),
    "of": ("of", "/"),
    "reviewed": ("reviewed", "已审"),
    "more": ("More", "更多"),
    "state": ("Show", "显示"),
    "rule": ("Rule", "规则"),
    "order": ("Order", "排序"),
    "filter": ("Filter of the worklist", "工作清单筛选"),
    "state_open": ("to review", "待审"),
    "state_done": ("decided", "已处理"),
    "reading_warnings": ("Read with warnings", "读取时有警告"),
    "state_notes": ("notes and waived", "提示与豁免"),
    "every_rule": ("every rule", "全部规则"),
    "order_gravity": ("gravest first", "按严重程度"),
    "order_text": ("as in the text", "按原文顺序"),
    "group_left": ("Errors and omissions", "错误与漏译"),
    "group_facts": ("Numbers and terms", "数字与术语"),
    "group_pairing": ("Doubtful pairings", "存疑的配对"),
    "group_form": ("Wording and form", "措辞与格式"),
    "tab_queue": ("Worklist", "工作清单"),
    "queue_note": ("{count} units wait for you.", "有 {count} 个单元待审。"),
    "queue_note_one": ("1 unit waits for you.", "有 1 个单元待审。"),
    "limit_note": (
        "A pairing is doubtful below {limit}.",
        "配对的置信度低于 {limit} 即为存疑。",
    ),
    "listed": ("{count} units.", "共 {count} 个单元。"),
    "listed_one": ("1 unit.", "共 1 个单元。"),
    "list_more": ("The first {count} are shown.", "仅显示前 {count} 个。"),
    "more_findings": ("and {count} more", "另有 {count} 项"),
    "pairing": ("pairing", "配对"),
    "confidence_note": (
        "How sure it is that these sentences belong together",
        "这些句子互为译文的把握",
    ),
    "checking": ("{left} of {count} still to be checked", "{count} 个单元中还有 {left} 个待检查"),
    "accept": ("Accept", "通过"),
    "accepted_last": ("Accepted. Nothing is left to review.", "已通过。已无待审单元。"),
    "accepted_unchecked": (
        "Accepted. Nothing waits so far; the checks still run.",
        "已通过。目前没有待审单元，检查仍在进行。",
    ),
    "all_unchecked": (
        "Nothing waits so far; the checks still run.",
        "目前没有待审单元，检查仍在进行。",
    ),
    "accept_rest": ("Accept all in which nothing waits", "通过所有无待审事项的单元"),
    "reopen": ("Take the decision back", "撤回审校结果"),
    "next": ("Next to review", "下一待审"),
    "split": ("Split", "拆分"),
    "split_at": ("Split at a place …", "在指定位置拆分……"),
    "split_how": (
        "Click, or ← →, moves the mark; Tab changes the side; Enter splits.",
        "单击或按 ← → 移动标记，Tab 切换一侧，Enter 拆分。",
    ),
    "realign": ("Align again around this unit", "重新对齐本单元前后"),
    "realign_all": ("Align again all that is undecided", "重新对齐所有未定内容"),
    "ask_realign": (
        (
            "Undecided units up to the nearest decided ones: {rows}. They will be aligned again; "
            "{left} decided ones in between stay as they are."
        ),
        "将重新对齐前后相邻的 {rows} 个未定单元，其间 {left} 个已定单元保持不变。",
    ),
    "ask_realign-all": (
        (
            "Undecided units: {rows}. They will be aligned again. Units that were reviewed, edited, "
            "commented or pinned stay as they are: {left}."
        ),
        "将重新对齐 {rows} 个未定单元；已审、已改、有批注或已固定的 {left} 个单元保持不变。",
    ),
    "ask_accept-rest": (
        (
            "Checked units in which nothing waits: {rows}. They will be marked as reviewed; {left} "
            "others, those that wait and those you have decided, stay as they are."
        ),
        "将把已检查且无待审事项的 {rows} 个单元标为已审；其余 {left} 个（待审或已处理）保持不变。",
    ),
    "go_on": ("Go on", "继续"),
    "working": ("Working …", "正在处理……"),
    "searching": ("Searching …", "正在检索……"),
    "seconds": ("{count} s", "{count} 秒"),
    "elsewhere": (
        "This project was changed in another window.",
        "该项目已在另一窗口中修改。",
    ),
    "your_text": (
        (
            "This unit was changed in another window meanwhile. What you typed is not saved yet; here "
            "it is: save it to replace the other text, or cancel."
        ),
        "该单元已在另一窗口中修改。您输入的文字尚未保存，现重新显示：保存即取代对方的文字，也可取消。",
    ),
    "pin": ("Pin", "固定"),
    "insert": ("Put it into the text", "插入译文"),
    "inserted": ("Put into the text.", "已插入。"),
    "insert_where": ("Choose a unit first.", "请先选择一个单元。"),
    "guess": ("a guess", "推测"),
    "guess_note": (
        "Followed from the memory's words; less likely right than wrong",
        "由记忆库中的词语推得，未必正确",
    ),
    "term_add": ("Add a term", "添加术语"),
    "term_use": ("Use", "采用"),
    "term_forbid": ("Forbid", "禁用"),
    "term_preferred": ("{zh} is rendered as {en} from now on.", "{zh} 今后译作 {en}。"),
    "term_deprecated": ("{en} is forbidden for {zh} from now on.", "{zh} 今后不得译作 {en}。"),
    "sources": ("Termbases and memories", "术语库与记忆库"),
    "sources_termbase": ("Termbases", "术语库"),
    "sources_memory": ("Memories", "记忆库"),
    "sources_missing": ("Chosen before, not used now: {name}", "先前选用，现无法使用：{name}"),
    "sources_none": ("None in this folder.", "此文件夹中没有。"),
    "sources_used": ("Terms and memories changed.", "术语库与记忆库已更新。"),
    "search_by": ("Search by", "检索方式"),
    "by_words": ("words", "词语"),
    "by_meaning": ("meaning", "意义"),
    "search_meaning": ("Nearest in meaning, best first.", "意义最近者在前。"),
    "search_hits": ("{count} units here", "本文 {count} 个单元"),
    "search_hits_one": ("1 unit here", "本文 1 个单元"),
    "search_memory": ("{count} in the memories", "记忆库 {count} 条"),
    "findings_none": ("Nothing of this kind was found.", "未发现此类问题。"),
    "back": ("All files", "全部文件"),
    "waiting": ("to review", "待审"),
    "rejected": ("rejected", "已弃"),
    "pinned": ("pinned", "已固定"),
    "unit_list": ("Units", "单元列表"),
    "toolbar": ("Actions for this unit", "当前单元操作"),
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
    "split_here": ("Split here", "在此拆分"),
    "up": ("Sentence up", "句子上移"),
    "down": ("Sentence down", "句子下移"),
    "move": ("Move the translation …", "移动译文……"),
    "moving": (
        (
            "This translation goes to another unit: choose it (↑ ↓, n, a click, a search) and press "
            "Enter. Esc leaves it here."
        ),
        "将此译文移至另一单元：选定该单元（↑ ↓、n、单击或检索）后按 Enter；按 Esc 取消。",
    ),
    "move_here": ("Put it here", "放在此处"),
    "move_nothing": ("This unit has no translation to move.", "本单元没有可移动的译文。"),
    "crossed_after": (
        "Its translation stands elsewhere in the text, after that of",
        "其译文位于别处，在下列单元的译文之后：",
    ),
    "crossed_first": (
        "Its translation stands elsewhere: the text begins with it.",
        "其译文位于别处：译文以此开头。",
    ),
    "crossed_here": (
        "After this translation the text has that of",
        "此处译文之后是下列单元的译文：",
    ),
    "put_back": ("Take the translation back to its place", "将译文放回原处"),
    "did_exchange": (
        "Moved. What was there took its place, and waits for you.",
        "已移动；原处译文换到原单元，待您审校。",
    ),
    "did_moved": ("Moved.", "已移动。"),
    "did_put-back": ("Each stands in its own place again.", "原文与译文已各归原处。"),
    "edit": ("Edit text", "编辑文本"),
    "mark_rejected": ("Reject", "弃用"),
    "unpin": ("Unpin", "取消固定"),
    "comment": ("Comment", "批注"),
    "side": ("Side", "一侧"),
    "save": ("Save", "保存"),
    "cancel": ("Cancel", "取消"),
    "panel": ("Side panel", "侧栏"),
    "tab_search": ("Search", "检索"),
    "tab_lookup": ("Terms", "术语"),
    "queue_none": ("Nothing waits for review.", "没有待审单元。"),
    "search_label": ("Search this text and the memory", "在本文和记忆库中检索"),
    "search_go": ("Search", "检索"),
    "search_none": ("Nothing found.", "未找到。"),
    "lookup_label": ("Look a term up", "查术语"),
    "lookup_go": ("Look up", "查询"),
    "no_terms": (
        "No known term in this unit: select words and press t to look them up.",
        "本单元没有已知术语：选中词语后按 t 查询。",
    ),
    "lookup_none": ("No entry for {term}.", "没有“{term}”的词条。"),
    "lookup_seen": ("In this text", "本文用例"),
    "termbase": ("termbase", "术语库"),
    "memory": ("memory", "记忆库"),
    "document": ("this text", "本文"),
    "preferred": ("preferred", "首选"),
    "admitted": ("admitted", "可用"),
    "deprecated": ("deprecated", "弃用"),
    "superseded": ("superseded", "已被取代"),
    "findings_running": ("The checks are running …", "正在检查……"),
    "findings_failed": ("The checks could not run: {reason}", "检查无法运行：{reason}"),
    "saved": ("Saved", "已保存"),
    "nothing": ("Nothing changed.", "没有变化。"),
    "did_accept": ("Accepted.", "已通过。"),
    "did_reopen": ("Taken back; it waits again.", "已撤回，恢复为待定。"),
    "did_accept-rest": (
        "All in which nothing waited are reviewed now.",
        "所有无待审事项的单元均已标为已审。",
    ),
    "did_merge": ("Merged.", "已合并。"),
    "did_split": ("Split.", "已拆分。"),
    "did_up": ("Sentence moved up.", "句子已上移。"),
    "did_down": ("Sentence moved down.", "句子已下移。"),
    "did_edit": ("Text saved.", "文本已保存。"),
    "did_comment": ("Comment saved.", "批注已保存。"),
    "did_rejected": ("Changed.", "已更新弃用状态。"),
    "did_reviewed": ("Changed.", "已更新审校状态。"),
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
    "error_unsourced": (
        "A translation goes to a unit that has a source.",
        "译文只能移至有原文的单元。",
    ),
    "error_in-order": (
        "The translation of this unit stands where its source does.",
        "本单元的译文并未移至别处。",
    ),
    "error_crossed": (
        "Between these two, other units stand in the translation. Take it back to its place first.",
        "两者的译文之间另有其他单元，请先将译文放回原处。",
    ),
    "error_edge": ("There is no unit beyond this one.", "已到边缘，没有更多单元。"),
    "error_edited": (
        "The text of this side was edited. Restore it before you move its sentences.",
        "这一侧的文本已修改，请先恢复原文再移动句子。",
    ),
    "error_long": ("The text is too long.", "文本过长。"),
    "error_changed": (
        "This unit was changed in another window; here it is as it is now.",
        "该单元已在另一窗口中修改，现按最新内容显示。",
    ),
    "error_gone": (
        "This unit is no longer there; the page shows what stands in its place.",
        "该单元已不存在，现显示该处的内容。",
    ),
    "error_nothing-free": (
        "Nothing here is undecided.",
        "此处没有未定内容。",
    ),
    "error_no-undo": ("There is nothing to undo.", "没有可撤销的操作。"),
    "error_no-redo": ("There is nothing to redo.", "没有可重做的操作。"),
    "key_accept": ("accept and go on, take the decision back", "通过并继续、撤回"),
    "key_split": ("split between sentences, at any place", "在句间拆分、在任意位置拆分"),
    "key_realign": (
        "align again around this unit, all that is undecided",
        "重新对齐前后、对齐所有未定内容",
    ),
    "key_undo": ("undo, redo", "撤销、重做"),
    "key_next": ("next, previous of the worklist", "工作清单的下一个、上一个"),
    "key_move": ("next, previous unit", "下一、上一单元"),
    "key_side": ("choose the side", "选择一侧"),
    "key_shift": ("move a sentence of the chosen side up, down", "将所选一侧的句子上移、下移"),
    "key_exchange": (
        "move the translation to another unit, take it back to its place",
        "将译文移至另一单元、放回原处",
    ),
    "key_term": ("look up the next term of this unit", "查询本单元的下一术语"),
    "key_search": ("search", "检索"),
    "key_help": ("this list", "本列表"),
    "key_save": ("while editing: save, cancel", "编辑时：保存、取消"),
    "edited": ("edited", "已改"),
    "by_hand": ("by hand", "人工"),
    "unit_label": ("Unit", "单元"),
    "loading": ("Loading …", "载入中……"),
    "denied": (
        "Open the address that align serve printed; it holds the key to this page.",
        "请打开 align serve 显示的地址，其中含有本页的密钥。",
    ),
}


def words(language: Language, source_lang: str = "zh") -> dict[str, str]:
    """Every string of the page in `language`; those that the reports share come from there.

    `source_lang` is that of the project's first side.
    """
    index = 0 if language == "en" else 1
    return {
        **report_words(language, source_lang),
        **{key: pair[index] for key, pair in _WORDS.items()},
    }


def page_label(page: int, language: Language) -> str:
    """A page's number as the page names it.

    >>> page_label(3, "en"), page_label(3, "zh")
    ('p. 3', '第 3 页')
    """
    return f"p. {page}" if language == "en" else f"第 {page} 页"


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
