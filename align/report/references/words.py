"""The words of the reference reports, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from align.report.strings import Language

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("References", "参考译文"),
    "source": ("New text", "新文本"),
    "before": ("Translated before", "已有译文"),
    "from": ("From", "出处"),
    "analysis": ("Analysis", "匹配分析"),
    "band": ("Band", "区间"),
    "sentences": ("Sentences", "句数"),
    "words": ("Words", "字词数"),
    "characters": ("Characters", "字符数"),
    "share": ("Share", "占比"),
    "context": ("in context", "上下文一致"),
    "repetitions": ("repetitions", "文内重复"),
    "exact": ("exact", "完全一致"),
    "numbers": ("but for numbers", "仅数字不同"),
    "fuzzy": ("similar", "相似"),
    "meaning": ("similar in meaning", "意思相近"),
    "fragments": ("passages", "片段"),
    "none": ("nothing", "无"),
    "total": ("all", "合计"),
    "passage": ("passage", "片段"),
    "passage_changed": ("passage, with changes", "片段（有改动）"),
    "not_found": ("rendering not found for sure", "译法未能确定"),
    "repeats": ("as sentence {number}", "同第 {number} 句"),
    "terms": ("Terms", "术语"),
    "old": ("was", "原文为"),
    "used": ("Documents used", "引用的文件"),
    "nothing": ("Nothing was found.", "未找到。"),
    "kind": ("Kind", "类型"),
    "score": ("Match", "匹配率"),
    "number": ("No.", "序号"),
    "paragraph": ("Paragraph", "段落"),
    "proposal": ("Proposal", "建议译文"),
    "old_text": ("Old text", "旧原文"),
    "date": ("Date", "日期"),
    "state": ("State", "状态"),
    "outdated": ("Out of date", "数值已变"),
    "values_changed": ("out of date: {old} → {new}", "数值已变：{old} → {new}"),
    "values_added": ("missing: {new}", "缺：{new}"),
    "values_gone": ("no longer said: {old}", "已删：{old}"),
}


def outdated(values: tuple[Sequence[str], Sequence[str]], language: Language) -> str:
    """What an old translation says wrongly; empty where it says nothing wrongly."""
    new, old = (", ".join(each) for each in values)
    if not new and not old:
        return ""
    key = "values_changed" if new and old else "values_added" if new else "values_gone"
    return words(language)[key].format(new=new, old=old)


def words(language: Language) -> dict[str, str]:
    """Every word of the reference reports in `language`."""
    at = 0 if language == "en" else 1
    return {key: pair[at] for key, pair in _WORDS.items()}
