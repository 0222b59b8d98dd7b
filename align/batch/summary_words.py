"""The words of an archive's summary page, in English and Chinese, reasons of pairing included."""

from __future__ import annotations

import re

from align.report.strings import Language

_WORDS: dict[str, tuple[str, str]] = {
    "archive": ("Archive", "批量对齐汇总"),
    "pairs": ("Pairs", "文件对"),
    "failed": ("Failed", "失败"),
    "without_partner": ("Documents without a partner", "未配对文件"),
    "units": ("Units", "对齐单元"),
    "mean": ("Mean confidence", "平均置信度"),
    "none": ("none", "无"),
    "units_below": ("Units below {limit}", "低于 {limit} 的单元"),
    "below": ("Below {limit}", "低于 {limit}"),
    "omissions": ("Omissions", "漏译"),
    "additions": ("Additions", "增译"),
    "chinese": ("Chinese", "中文"),
    "english": ("English", "英文"),
    "reason": ("Reason", "原因"),
    "document": ("Document", "文件"),
    "alone": ("Without a partner", "未配对"),
    "aligned": ("Aligned, the least confident first", "已对齐（置信度低者在前）"),
    "note": (
        "A pairing is doubtful below {limit}. To review a pair: align serve, with its TMX.",
        "置信度低于 {limit} 即配对存疑。如需审校，请对该 TMX 运行 align serve。",
    ),
    "confidence": ("Confidence", "置信度"),
    "paired_by": ("Paired by", "配对依据"),
    "notes": ("Notes", "说明"),
    "file": ("File", "文件"),
    "one_more": ("1 more is in the CSV.", "另有 1 项，见 CSV。"),
    "more": ("{count:,} more are in the CSV.", "另有 {count:,} 项，见 CSV。"),
    "project": ("project", "项目"),
    "report": ("report", "报告"),
}

# What pairing says of a pair or of a document that is alone (align.batch.pairing), in Chinese. A
# reason may be followed by another. What an error says stays as it was said.
_REASONS = (
    (r"name", "文件名"),
    (r"pattern", "给定的模式"),
    (r"content", "内容"),
    (r"manifest", "清单"),
    (r"symbol (?P<a>.+)", "文号 {a}"),
    (r"(?P<a>.+), but the texts hardly agree", "{a}，但内容几乎不相符"),
    (r"(?P<a>.+), but cannot be read: (?P<b>.+)", "{a}，但无法读取：{b}"),
    (r"cannot be read: (?P<a>.+)", "无法读取：{a}"),
    (r"no partner by name", "没有按文件名与之相配的文件"),
    (r"no partner by name or symbol", "没有按文件名或文号与之相配的文件"),
    (r"holds both languages: (?P<a>align pair .+?) takes it apart", "双语合于一个文件：请用 {a} 拆分"),
    (r"neither Chinese nor English \((?P<a>.+)\)", "既非中文亦非英文（{a}）"),
    (r"no partner; no document is English", "未配对：没有英文文件"),
    (r"no partner; no document is Chinese", "未配对：没有中文文件"),
    (r"the same text as (?P<a>.+), which has a partner", "与已配对的 {a} 内容相同"),
    (r"no partner; (?P<a>\d+%) agrees with (?P<b>.+)", "未配对：与 {b} 仅 {a} 相符"),
    (r"no partner; nothing is like it", "未配对：没有内容相近的文件"),
    (r"took more than (?P<a>\S+) s and was stopped", "超过 {a} 秒，已中止"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in _REASONS)


def words(ui: Language) -> dict[str, str]:
    """Every word of the page in a language."""
    return {key: pair[ui == "zh"] for key, pair in _WORDS.items()}


def reason_in(reason: str, ui: Language) -> str:
    """A reason in a language; what has no Chinese, such as the text of an error, stays as it is.

    >>> reason_in("symbol A/78/1, but the texts hardly agree", "zh")
    '文号 A/78/1，但内容几乎不相符'
    """
    if ui == "en":
        return reason
    for pattern, said in _PATTERNS:
        if match := pattern.fullmatch(reason):
            parts = match.groupdict()
            if "a" in parts and parts["a"] != reason:
                parts["a"] = reason_in(parts["a"], ui)
            return said.format(**parts)
    return reason
