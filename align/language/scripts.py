"""Which language a text is in, from its characters and a handful of function words; offline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from typing import Literal

from align.language.wordset import wordset

Language = Literal["zh-Hans", "zh-Hant", "en", "other"]

# Ranges for character classes of regular expressions.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
FULL_WIDTH = "\u3001-\u3006\u3008-\u303f\uff00-\uffef"

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_OTHER = re.compile("[\u0370-\u07ff\u0900-\u0fff\u10a0-\u10ff\u1780-\u17ff]")
_WORD = re.compile("[A-Za-z\u00c0-\u024f]+")

# Frequent characters that exist in one script only (or mean another word in the other one).
_SIMPLIFIED = frozenset(
    "这国为个来们说会时对发经学过动现头见门问间长关东车马鸟鱼语话谁请让认识应该给从进还边远"
    "连运达选适与业严丰临丽举义习书买乱争亏云产亲亿仅众优伙传伤价儿党兰兴军农决况净减击则刚"
    "创别务劳势区医华协单卖卫厂历压厅县参双变号叶听吗启员响围图场坏块处备复够奖妇孙宁宝实审"
    "宪宽对导将尔层岁岛师带帮广庆库废开异张强当录态怀总恶战户扩护报担择换据损摆敌数断无旧显"
    "术机权条极构树样桥检楼标欢残气汇汉没泽济测满灭灵点热爱犹献环电画疗监盘确离种积称稳穷竞"
    "笔类约级纪纯纲纳组细终结绝统继续维综编缘网罗职联胜脑节范药虑虽补装规视觉观计订讨训议记"
    "讲许论设证评词试详误读课调谈谢负财责败货质购贵费资赖赞轻载较输辞边违迟邮释钱铁银销锁错"
    "键际陆陈险随难预领频题颜额风飞饭馆验惊龙"
)
_TRADITIONAL = frozenset(
    "這國為個來們說會時對發經學過動現頭見門問間長關東車馬鳥魚語話誰請讓認識應該給從進還邊遠"
    "連運達選適與業嚴豐臨麗舉義習書買亂爭虧雲產親億僅眾優夥傳傷價兒黨蘭興軍農決況淨減擊則剛"
    "創別務勞勢區醫華協單賣衛廠歷壓廳縣參雙變號葉聽嗎啟員響圍圖場壞塊處備復夠獎婦孫寧寶實審"
    "憲寬導將爾層歲島師帶幫廣慶庫廢開異張強當錄態懷總惡戰戶擴護報擔擇換據損擺敵數斷無舊顯術"
    "機權條極構樹樣橋檢樓標歡殘氣匯漢沒澤濟測滿滅靈點熱愛猶獻環電畫療監盤確離種積稱穩窮競筆"
    "類約級紀純綱納組細終結絕統繼續維綜編緣網羅職聯勝腦節範藥慮雖補裝規視覺觀計訂討訓議記講"
    "許論設證評詞試詳誤讀課調談謝負財責敗貨質購貴費資賴贊輕載較輸辭違遲郵釋錢鐵銀銷鎖錯鍵際"
    "陸陳險隨難預領頻題顏額風飛飯館驗驚龍"
)
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED

_ENGLISH = wordset(
    "the of and to is that for was with as by at be are it his he she they which this from "
    "not or have had were been has its their who would will should there we you your our if "
    "said but what"
)
_NEIGHBOURS = (
    wordset(
    "le la les des et du une dans que qui est pour par sur pas plus ne au aux ce cette avec "
    "sont ses il elle nous vous été être"
),
    wordset(
    "el la los las y que una del con por para es se al lo como más su sus fue pero este esta "
    "son no entre también ha"
),
    wordset(
    "der die das und ist nicht ein eine den von mit zu dem des auf für im sich auch als wird "
    "sind werden bei oder nach"
),
    wordset(
    "o os as do da dos das não uma em no na para com por que se ao mais foi são e"
),
    wordset(
    "il lo la gli che di un una per con non è del della dei sono alla nel anche si"
),
    wordset("de het een en van is niet dat zijn voor met op te aan door ook bij"),
)  # fmt: skip
_SAMPLE = 60_000
_VOTERS = 2_000  # paragraphs that are asked
_TWO_LETTERS = re.compile(f"[A-Za-z{HAN}][^A-Za-z{HAN}]*[A-Za-z{HAN}]")
_ENDS, _CLOSERS = "。！？；.!?;:：", "\"'”’）)」』"


def is_han(char: str) -> bool:
    """Whether `char` is a Chinese character.

    >>> is_han("维"), is_han("A"), is_han("。")
    (True, False, False)
    """
    return _HAN.match(char) is not None


def has_han(text: str) -> bool:
    """Whether a Chinese character stands in `text`.

    >>> has_han("A 级"), has_han("grade A。")
    (True, False)
    """
    return _HAN.search(text) is not None


def language_of_words(text: str) -> Literal["zh", "en"]:
    """The language of a term or a question in one of the two: Chinese where a character is.

    >>> language_of_words("A4P+ 倡议"), language_of_words("A4P+")
    ('zh', 'en')
    """
    return "zh" if has_han(text) else "en"


def detect_language(text: str) -> Language:
    """The language of `text`: Chinese by its script, English, or ``"other"``.

    Long texts are judged by their beginning, middle and end. Text without letters is ``"other"``.

    >>> detect_language("会议开始。"), detect_language("會議開始。"), detect_language("Go on.")
    ('zh-Hans', 'zh-Hant', 'en')
    """
    text = _sample(text)
    return _language(text, Counter(text))


def _language(text: str, counts: Counter[str]) -> Language:
    """The language of a text with these characters: few differ, and each is classified once."""
    han, latin, kana, hangul, other = (
        _in_script(counts, kind) for kind in (_HAN, _LATIN, _KANA, _HANGUL, _OTHER)
    )
    if not han and not latin:
        return "other"
    if (kana * 9 > han and kana * 2 > latin) or max(hangul, other) * 2 > 2 * han + latin:
        return "other"
    # A Chinese character says as much as two or three Latin letters.
    if 3 * han >= latin:
        return "zh-Hant" if _is_traditional(counts) else "zh-Hans"
    return _latin_language(text)


def detect_document_language(paragraphs: Sequence[str]) -> Language:
    """The language of a document by its prose: a table in another one does not make it that.

    Where both scripts are there in number, the paragraphs that end as sentences do are counted;
    a Chinese page with a long English table is Chinese. Others are judged by their letters alone.

    >>> detect_document_language(["会议开始。", "好。", "Table of all the lamps of the house", "A"])
    'zh-Hans'
    """
    text = _sample("\n".join(paragraphs))
    counts = Counter(text)
    overall = _language(text, counts)
    if overall == "other" or not _are_mixed(counts):
        return overall
    prose = [one for one in _spread(paragraphs) if is_prose(one)]
    votes = Counter("zh" if found[:2] == "zh" else found for found in map(detect_language, prose))
    if not votes or votes["zh"] == votes["en"]:
        return overall
    if votes["zh"] > votes["en"]:
        return detect_language("\n".join(one for one in prose if detect_language(one)[:2] == "zh"))
    return "en" if votes["en"] >= votes["other"] else overall


def is_prose(paragraph: str) -> bool:
    """Whether a paragraph has letters and ends as a sentence does: no heading, no cell, no name."""
    body = paragraph.rstrip().rstrip(_CLOSERS)
    return body.endswith(tuple(_ENDS)) and _TWO_LETTERS.search(body) is not None


def is_mixed(text: str) -> bool:
    """Whether both scripts are in `text` in number; of a long one three samples are looked at."""
    return _are_mixed(Counter(_sample(text)))


def _are_mixed(counts: Counter[str]) -> bool:
    """Whether the rarer script has a hundredth of the letters, as names in brackets have at most
    in records of meetings (0.000 to 0.010 in the corpora)."""
    han, latin = 3 * _in_script(counts, _HAN), _in_script(counts, _LATIN)
    return 100 * min(han, latin) > han + latin


def _spread(paragraphs: Sequence[str]) -> Sequence[str]:
    """Paragraphs from the whole of a document, a bounded number of them."""
    return paragraphs[:: 1 + len(paragraphs) // _VOTERS]


def _sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = (len(text) - _SAMPLE) // 2
    return "\n".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


def _in_script(counts: Counter[str], script: re.Pattern[str]) -> int:
    """How many of the counted characters belong to a script."""
    return sum(map(counts.__getitem__, script.findall("".join(counts))))


def _total(counts: Counter[str], items: Set[str]) -> int:
    return sum(map(counts.__getitem__, counts.keys() & items))


def _is_traditional(counts: Counter[str]) -> bool:
    return _total(counts, _ONLY_TRADITIONAL) > _total(counts, _ONLY_SIMPLIFIED)


def _latin_language(text: str) -> Language:
    words = Counter(_WORD.findall(text.lower()))
    english = _total(words, _ENGLISH)
    rival = max(_total(words, neighbour) for neighbour in _NEIGHBOURS)
    return "en" if english >= rival else "other"
