"""Series: documents that differ in a name, a date or a number only, paired by content alone."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from archive import DEV, Pair, Truth, make_archive

from align.batch.description import Describer, Description
from align.batch.pairing import pair_documents
from align.embedding.load import load_encoder

NAMES = """阿富汗|Afghanistan 阿尔巴尼亚|Albania 阿根廷|Argentina 孟加拉国|Bangladesh 贝宁|Benin
不丹|Bhutan 博茨瓦纳|Botswana 保加利亚|Bulgaria 布隆迪|Burundi 柬埔寨|Cambodia 喀麦隆|Cameroon
乍得|Chad 智利|Chile 哥伦比亚|Colombia 古巴|Cuba 丹麦|Denmark 厄瓜多尔|Ecuador 厄立特里亚|Eritrea
斐济|Fiji 芬兰|Finland 加蓬|Gabon 冈比亚|Gambia 加纳|Ghana 危地马拉|Guatemala 几内亚|Guinea 海地|Haiti
匈牙利|Hungary 冰岛|Iceland 牙买加|Jamaica 约旦|Jordan 肯尼亚|Kenya 科威特|Kuwait 黎巴嫩|Lebanon
莱索托|Lesotho 利比里亚|Liberia 利比亚|Libya 马拉维|Malawi 马里|Mali 蒙古|Mongolia 摩洛哥|Morocco
莫桑比克|Mozambique 缅甸|Myanmar 尼泊尔|Nepal 尼日尔|Niger 尼日利亚|Nigeria 挪威|Norway 阿曼|Oman
巴拿马|Panama 巴拉圭|Paraguay 秘鲁|Peru 卢旺达|Rwanda 塞内加尔|Senegal 索马里|Somalia
南苏丹|South_Sudan 苏丹|Sudan 多哥|Togo 突尼斯|Tunisia 乌干达|Uganda 乌拉圭|Uruguay 也门|Yemen
赞比亚|Zambia 津巴布韦|Zimbabwe"""
MONTHS = """January February March April May June July August September October November
December""".split()

# What differs stands in braces: name, a date, a number, an amount. Each line is a paragraph.
SANCTIONS = (
    """安全理事会,
回顾其以往关于{name}局势的各项决议和主席声明，特别是第{number}({year})号决议，
重申对{name}主权、独立、领土完整和国家统一的坚定承诺，
强调需要建立独立的监测机制，以确保制裁措施得到遵守，
认定{name}局势继续对该区域的国际和平与安全构成威胁，
根据《联合国宪章》第七章采取行动，
1. 决定将上文所述措施的期限延长至{date}；
2. 又决定将专家小组的任务期限延长，并请秘书长尽快采取必要的行政措施；
3. 请专家小组与委员会讨论后，最迟提交一份中期报告；
4. 促请所有各方和所有会员国，以及国际、区域和次区域组织，与专家小组充分合作；
5. 强调必须定期与有关会员国协商，以确保本决议所列措施得到充分执行；
6. 决定继续处理此案。""",
    """The Security Council,
Recalling its previous resolutions and statements of its President on the situation in {name}, in \
particular resolution {number} ({year}),
Reaffirming its strong commitment to the sovereignty, independence, territorial integrity and \
national unity of {name},
Stressing the need for independent monitoring so that the sanctions measures are complied with,
Determining that the situation in {name} continues to constitute a threat to international peace \
and security in the region,
Acting under Chapter VII of the Charter of the United Nations,
1. Decides to extend until {date} the measures set out above;
2. Decides also to extend the mandate of the Panel of Experts, and requests the Secretary-General \
to take the necessary administrative measures as expeditiously as possible;
3. Requests the Panel of Experts to provide an interim report after discussion with the Committee;
4. Urges all parties and all Member States, as well as international, regional and subregional \
organizations, to cooperate fully with the Panel of Experts;
5. Emphasizes the importance of holding regular consultations with Member States concerned, in \
order to ensure full implementation of the measures set out in the present resolution;
6. Decides to remain seized of the matter.""",
)
LETTER = (
    """{date}{name}常驻联合国代表给秘书长的信
奉我国政府指示，谨随函转递关于最近边境事件的说明(见附件)。
我国政府对这些一再发生的挑衅行为深表关切，并保留作出回应的权利。
请将本函及其附件作为安全理事会文件分发为荷。
常驻代表""",
    """Letter dated {date} from the Permanent Representative of {name} to the United Nations \
addressed to the Secretary-General
On instructions from my Government, I have the honour to transmit herewith a note on the recent \
incidents at the border (see annex).
My Government is deeply concerned at these repeated provocations and reserves its right to respond.
I should be grateful if you would have the present letter and its annex circulated as a document \
of the Security Council.
Permanent Representative""",
)
BUDGET = (
    """特派团预算执行情况报告
本报告载有特派团截至{date}止期间的预算执行情况。
特派团的支出总额为{amount}美元，资源使用率高于上一期间。
差异主要由于军事人员的部署快于计划，以及空中业务费用低于预算。
文职人员的平均空缺率为{number}%，特派团已采取措施加快征聘。
大会需要采取的行动是，决定如何处理未支配余额{balance}美元。""",
    """Budget performance report of the mission
The present report contains the performance of the budget of the mission for the period ended \
{date}.
Total expenditure of the mission amounted to {amount} dollars, a higher rate of use of resources \
than in the previous period.
The variance was attributable primarily to the faster deployment of military personnel and to \
lower costs of air operations than budgeted.
The average vacancy rate of civilian personnel was {number} per cent, and the mission has taken \
steps to speed up recruitment.
The action to be taken by the General Assembly is to decide on the treatment of the unencumbered \
balance of {balance} dollars.""",
)
PROJECT = (
    """技术合作项目：{name}
本项目旨在加强国家统计局的能力，使之能够编制可靠的农业数据。
受益者是农民、地方当局和研究机构。
项目将培训统计人员，提供计算机设备，并建立一个公开的数据库。
进展情况每半年由指导委员会审查一次，委员会由政府和捐助方的代表组成。
项目结束后，{name}政府将承担数据库的维护费用。""",
    """Technical cooperation project: {name}
The project aims at strengthening the national statistical office so that it can produce reliable \
agricultural data.
The beneficiaries are farmers, local authorities and research institutions.
The project will train statisticians, provide computer equipment and set up a public database.
Progress is reviewed every six months by a steering committee of representatives of the Government \
and of the donors.
After the end of the project, the Government of {name} will bear the cost of maintaining the \
database.""",
)
AGENDA = (
    """临时议程
第{number}次会议将于{date}上午10时举行。
1. 通过议程。
2. 秘书长的报告。
3. 工作方案和会议安排。
4. 其他事项。
希望发言的代表团请在发言名单上登记。""",
    """Provisional agenda
The {number}th meeting will be held on {date} at 10 a.m.
1. Adoption of the agenda.
2. Report of the Secretary-General.
3. Programme of work and organization of meetings.
4. Other matters.
Delegations wishing to speak are requested to inscribe their names on the list of speakers.""",
)
SERIES = {
    "name and numbers": SANCTIONS,
    "name and date": LETTER,
    "numbers": BUDGET,
    "name": PROJECT,
    "number and date": AGENDA,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What tells one document of a series from the others, in both languages."""

    zh: dict[str, str]
    en: dict[str, str]


def facts(chance: random.Random, number: int, name: str) -> Facts:
    """Invented facts; the number is given, so that all of a series differ."""
    year, month, day = chance.randint(2004, 2023), chance.randint(1, 12), chance.randint(1, 28)
    amount, balance = (chance.randrange(10**6, 10**9, 100) for _ in range(2))
    zh_name, en_name = name.replace("_", " ").split("|")
    shared = {"number": str(number), "year": str(year)}
    zh = {
        "name": zh_name,
        "date": f"{year}年{month}月{day}日",
        "amount": f"{amount / 10000:g}万" if chance.random() < 0.3 else f"{amount:,}",
        "balance": f"{balance:,}",
    }
    en = {
        "name": en_name,
        "date": f"{day} {MONTHS[month - 1]} {year}",
        "amount": f"{amount:,}",
        "balance": f"{balance:,}",
    }
    return Facts(shared | zh, shared | en)


def make_series(
    folder: Path, template: tuple[str, str], *, count: int, alone: int, chance: random.Random
) -> Truth:
    """`count` pairs of one series, and `alone` of it in one language only."""
    folder.mkdir(parents=True)
    numbers = chance.sample(range(21, 3000), count + alone)
    names = chance.sample(NAMES.split(), count + alone)
    files = (f"{number:08d}.txt" for number in chance.sample(range(10**8), 2 * (count + alone)))
    pairs, lonely = set(), set()
    for place, (number, name) in enumerate(zip(numbers, names, strict=True)):
        each = facts(chance, number, name)
        zh, en = next(files), next(files)
        if place >= alone or place % 2:
            (folder / zh).write_text(_paragraphs(template[0], each.zh), "utf-8")
        if place >= alone or not place % 2:
            (folder / en).write_text(_paragraphs(template[1], each.en), "utf-8")
        if place >= alone:
            pairs.add((zh, en))
        else:
            lonely.add(zh if place % 2 else en)
    return Truth(frozenset(pairs), frozenset(lonely), frozenset(), 0)


def _paragraphs(template: str, values: dict[str, str]) -> str:
    return template.replace("\n", "\n\n").format_map(values) + "\n"


@dataclass(slots=True)
class Told:
    """What came of the archives of one kind."""

    pairs: int = 0
    right: int = 0
    wrong: int = 0
    lonely: int = 0  # of the wrong pairs, those that hold a document without a partner

    def add(self, truth: Truth, found: set[Pair]) -> None:
        """Count the pairs of one archive."""
        self.pairs += len(truth.pairs)
        self.right += len(found & truth.pairs)
        self.wrong += len(found - truth.pairs)
        self.lonely += sum(zh in truth.alone or en in truth.alone for zh, en in found)


class Reader:
    """Describes each document once."""

    def __init__(self) -> None:
        self.describer = Describer(load_encoder())
        self.known: dict[str, Description] = {}

    def __call__(self, paths: Sequence[str]) -> tuple[dict[str, Description], dict[str, str]]:
        """The descriptions at `paths`; nothing here is unreadable."""
        for path in paths:
            if path not in self.known:
                self.known[path] = self.describer(path)
        return {path: self.known[path] for path in paths}, {}

    def pair(self, paths: Sequence[str]) -> set[Pair]:
        """File names of the pairs that content alone gives."""
        found = pair_documents(paths, self, by=("content",))
        return {(Path(entry.zh).name, Path(entry.en).name) for entry in found.pairs}


def paths_in(folder: Path) -> list[str]:
    """All files of a folder in order."""
    return sorted(map(str, folder.iterdir()))


def one_series(folder: Path, reader: Reader, sizes: Sequence[tuple[int, int]], seeds: int) -> None:
    """Archives that hold nothing but one series, a row for each kind."""
    for name, template in SERIES.items():
        told = Told()
        for (count, alone), seed in product(sizes, range(seeds)):
            place = folder / f"{name}-{count}-{alone}-{seed}"
            chance = random.Random(f"{name}{seed}")
            truth = make_series(place, template, count=count, alone=alone, chance=chance)
            told.add(truth, reader.pair(paths_in(place)))
        show(f"alone: differ in {name}", told)


def among_news(folder: Path, reader: Reader, sizes: Sequence[tuple[int, int]], seeds: int) -> None:
    """All series in one archive among 300 pairs of news."""
    news = make_archive(folder / "news", 300, alone=60, corrupt=0, seed=102)
    told = {name: Told() for name in [*SERIES, "news"]}
    for (count, alone), seed in product(sizes, range(seeds)):
        truths = {"news": news}
        paths = paths_in(folder / "news")
        for name, template in SERIES.items():
            place = folder / f"among-{name}-{count}-{alone}-{seed}"
            chance = random.Random(f"among{name}{seed}")
            truths[name] = make_series(place, template, count=count, alone=alone, chance=chance)
            paths += paths_in(place)
        found = reader.pair(paths)
        for name, truth in truths.items():
            held = {file for pair in truth.pairs for file in pair} | truth.alone
            told[name].add(truth, {(zh, en) for zh, en in found if zh in held or en in held})
    for name, each in told.items():
        show(f"among news: {name}", each)


def show(name: str, told: Told) -> None:
    """A row of the table."""
    print(f"{name:<36}{told.pairs:>8}{told.right:>8}{told.wrong:>8}{told.lonely:>8}", flush=True)


def main() -> int:
    """Pair archives of one series each, then all of them among news."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="2+0,2+2,5+0,5+4,12+8,30+10", help="pairs+partnerless")
    parser.add_argument("--seeds", type=int, default=4)
    arguments = parser.parse_args()
    sizes = [
        (int(count), int(alone))
        for count, _, alone in (size.partition("+") for size in arguments.sizes.split(","))
    ]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    reader = Reader()
    print(f"{'':<36}{'pairs':>8}{'right':>8}{'wrong':>8}{'lonely':>8}")
    with tempfile.TemporaryDirectory(prefix="align-series-") as name:
        one_series(Path(name), reader, sizes, arguments.seeds)
        if DEV.is_file():
            among_news(Path(name), reader, sizes, max(1, arguments.seeds // 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
