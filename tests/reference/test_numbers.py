"""The numbers of a new sentence in the translation of an old one: only where it is certain."""

from __future__ import annotations

import pytest

from align.reference.numbers import put_in

ZH, EN = ("zh", "en"), ("en", "zh")


@pytest.mark.parametrize(
    ("old", "new", "translation", "langs", "wanted"),
    [
        pytest.param("共 5 条船", "共 7 条船", "5 vessels", ZH, "7 vessels", id="figure"),
        pytest.param("运费为 12 000 元", "运费为 9 500 元", "freight of 12,000 yuan", ZH, "freight of 9,500 yuan", id="thousands"),
        pytest.param("耗资3.2亿美元", "耗资4.5亿美元", "at a cost of $320 million", ZH, "at a cost of $450 million", id="scale"),
        pytest.param("下降 5%", "下降 12.5%", "a fall of 5 per cent", ZH, "a fall of 12.5 per cent", id="percent"),
        pytest.param("2021年4月2日启航", "2022年11月30日启航", "sailed on 2 April 2021", ZH, "sailed on 30 November 2022", id="date"),
        pytest.param("sailed on 2 April 2021", "sailed on 30 November 2022", "2021年4月2日启航", EN, "2022年11月30日启航", id="date-to-chinese"),
        pytest.param("第70/1号决议", "第71/12号决议", "resolution 70/1", ZH, "resolution 71/12", id="symbol"),
        pytest.param("3. 修复码头。", "4. 修复码头。", "3. Repair the quay.", ZH, "4. Repair the quay.", id="label"),
        pytest.param("(a) 3 艘船", "(b) 8 艘船", "(a) 3 ships", ZH, "(b) 8 ships", id="label-and-figure"),
        pytest.param("三人登船", "四人登船", "three people boarded", ZH, None, id="words"),
        pytest.param("5人中5人", "6人中5人", "5 of 5", ZH, None, id="twice"),
        pytest.param("5 条船", "5 只猫", "5 ships", ZH, None, id="other-words"),
        pytest.param("5 条船", "7 条船", "many ships", ZH, None, id="not-in-the-translation"),
        pytest.param("300万吨", "317.25万吨", "3 million tons", ZH, None, id="too-exact-for-its-form"),
        pytest.param("一、航运", "二、航运", "I. Shipping", ZH, None, id="label-of-another-kind"),
        pytest.param("2021年4月2日启航", "2021年4月3日启航", "sailed on Friday, 2 April 2021", ZH, None, id="weekday-of-the-old-date"),
        pytest.param("sailed on 2 April 2021", "sailed on 3 April 2021", "2021年4月2日（星期五）启航", EN, None, id="chinese-weekday"),
        pytest.param("2023年船队", "2024年船队", "the 2023/24 fleet", ZH, None, id="first-of-two-years"),
        pytest.param("2023年船队", "2024年船队", "the fleet of 2023-2024", ZH, None, id="first-of-a-period"),
        pytest.param("航程120公里", "航程90公里", "a voyage of 120 kilometres (75 miles)", ZH, None, id="converted"),
        pytest.param("5 艘船", "1 艘船", "5 vessels", ZH, None, id="down-to-one"),
        pytest.param("1 艘船", "5 艘船", "1 vessel", ZH, None, id="up-from-one"),
        pytest.param("1%的船", "5%的船", "1 per cent of the ships", ZH, "5 per cent of the ships", id="one-per-cent"),
        pytest.param("增长8%", "增长5%", "an 8 per cent rise", ZH, None, id="article"),
        pytest.param("增长5%", "增长80%", "a 5 per cent rise", ZH, None, id="article-of-a-vowel"),
        pytest.param("增长5%", "增长7%", "a 5 per cent rise", ZH, "a 7 per cent rise", id="same-article"),
        pytest.param("18个月", "36个月", "十八个月", ZH, None, id="words-in-the-translation"),
        pytest.param("租期十八个月", "租期三十六个月", "a lease of 18 months", ZH, "a lease of 36 months", id="words-in-the-source"),
        pytest.param("3艘渔船和5艘货船", "5艘渔船和3艘货船", "5 cargo ships and 3 trawlers", ZH, "3 cargo ships and 5 trawlers", id="exchanged"),
    ],
)  # fmt: skip
def test_numbers(
    old: str, new: str, translation: str, langs: tuple[str, str], wanted: str | None
) -> None:
    found = put_in(old, new, translation, langs)
    assert (found and found[0]) == wanted
    if found:
        assert found[1]
        at = place = 0  # what is not put in is the old translation, in order
        for start, end in [*found[1], (len(found[0]), 0)]:
            place = translation.index(found[0][at:start], place)
            at = end
