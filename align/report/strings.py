"""The reports' words in both interface languages."""

from __future__ import annotations

from typing import Literal

from align.datatypes import REVIEW_BELOW
from align.language.tags import is_chinese

Language = Literal["en", "zh"]
_SIDES = ("source", "no_source", "source_sentences", "unaligned_source")
_OTHER_SIDE = {side: side.replace("source", "target") for side in _SIDES}
_OTHER_SIDE |= {other: side for side, other in _OTHER_SIDE.items()}

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Alignment report", "对齐报告"),
    "sentences": ("sentences", "句"),
    "source_sentences": ("Chinese sentences", "中文句数"),
    "target_sentences": ("English sentences", "英文句数"),
    "units": ("units", "对齐单元"),
    "one_to_one": ("one to one", "一对一"),
    "unaligned_source": ("Chinese without counterpart", "中文无对应"),
    "unaligned_target": ("English without counterpart", "英文无对应"),
    "mean": ("mean confidence", "平均置信度"),
    "to_review": ("pairings below {limit}", "配对低于 {limit}"),
    "findings": ("Findings", "检查结果"),
    "findings_none": ("Nothing was found.", "未发现问题。"),
    "not_checked": (
        "Terms, numbers, names and wording were not checked: give --terms, or run align check.",
        "未检查术语、数字、名称和措辞：请加 --terms，或运行 align check。",
    ),
    "weakest": ("Least certain pairings", "把握最小的配对"),
    "weakest_note": (
        "The {count} units with the lowest confidence, weakest first.",
        "置信度最低的 {count} 个单元，最弱者在前。",
    ),
    "picture": ("The alignment at a glance", "对齐全貌"),
    "picture_note": (
        (
            "Down: {source} sentences 1–{rows}. Across: {target} sentences 1–{columns}. Shade: "
            "similarity. Line: the alignment. Orange bars: sentences without a counterpart. Orange "
            "dots: the weakest units."
        ),
        (
            "纵向：{source}第 1–{rows} 句；横向：{target}第 1–{columns} 句。底色：相似度；"
            "折线：对齐路径；橙色粗线：无对应的句子；橙点：最弱的单元。"
        ),
    ),
    "aligned": ("Side by side", "双语对照"),
    "paragraph": ("Paragraph", "段落"),
    "confidence": ("Confidence", "置信度"),
    "unit": ("Unit", "单元"),
    "source": ("Chinese", "中文"),
    "target": ("English", "英文"),
    "page": ("page", "页"),
    "no_target": ("No English counterpart", "无对应英文"),
    "no_source": ("No Chinese counterpart", "无对应中文"),
    "severity": ("Severity", "严重程度"),
    "what": ("What", "问题"),
    "expected": ("expected", "应为"),
    "also": ("Also right:", "也可译为："),
    "found": ("found", "实为"),
    "waived": ("waived", "已豁免"),
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "info": ("note", "提示"),
    "where": ("Where", "位置"),
    "original": ("Source", "原文"),
    "translation": ("Translation", "译文"),
    "removed": ("Taken out when the files were read", "读取时去除的内容"),
    "removed_none": ("Nothing was taken out.", "没有去除任何内容。"),
    "line": ("line", "行"),
    "notes": ("Notes", "说明"),
    "made_by": ("Made by", "生成信息"),
    "level0": ("doubtful", "存疑"),
    "level1": ("weak", "较弱"),
    "level2": ("fair", "尚可"),
    "level3": ("good", "良好"),
    "level4": ("sure", "可靠"),
    "by_hand": ("by hand", "人工"),
    "elsewhere": ("The translation stands elsewhere in its text.", "译文位于译文文本的别处。"),
    "state_reviewed": ("reviewed", "已审"),
    "state_rejected": ("rejected", "已弃"),
    "state_edited": ("edited", "已改"),
    "show": ("Show", "显示"),
    "show_all": ("all units", "全部单元"),
    "show_error": ("errors and omissions", "错误与漏译"),
    "show_warning": ("warnings", "警告"),
    "show_doubtful": ("doubtful pairings", "存疑的配对"),
    "legend": (
        (
            "The figure is the probability that the sentences of a unit belong together; below "
            "{limit} (dashed line) the pairing is doubtful. How grave a finding is stands apart "
            "from it, in red or yellow."
        ),
        (
            "数字为该单元各句互为译文的概率；低于 {limit}（虚线）即配对存疑。"
            "检查结果的严重程度另以红色或黄色标出。"
        ),
    ),
}


def words(language: Language, source_lang: str = "zh") -> dict[str, str]:
    """Every string of the reports in `language`, for a pair whose source is in `source_lang`.

    >>> words("en")["source"], words("en", "en-US")["source"]
    ('Chinese', 'English')
    """
    index = 0 if language == "en" else 1
    found = {key: pair[index] for key, pair in _WORDS.items()}
    if is_chinese(source_lang):
        return found
    return {key: found[_OTHER_SIDE.get(key, key)] for key in found}


# Below these a pairing is doubtful, weak, fair, good; at or above the last it is sure. All that is
# below REVIEW_BELOW is to be reviewed; the steps under it only say how doubtful it is.
LEVELS = (0.5, 0.75, REVIEW_BELOW, 0.97)


def level(confidence: float | None) -> int:
    """0 (doubtful) to 4 (sure); a unit with no confidence was made or kept by hand: sure.

    >>> [level(c) for c in (0.2, 0.5, 0.8, 0.95, 0.99, None)]
    [0, 1, 2, 3, 4, 4]
    """
    if confidence is None:
        return 4
    return sum(confidence >= limit for limit in LEVELS)


def percent(confidence: float) -> str:
    """Rounded down, so that only a certain unit reads 100 %.

    >>> percent(0.9996), percent(1.0), percent(0.05)
    ('99 %', '100 %', '5 %')
    """
    return f"{int(confidence * 100 + 1e-9)} %"
