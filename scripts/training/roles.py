"""Sentences made of who does what to whom, right ones and ones with the two exchanged.

Running text seldom names two who could both do it to each other; that is what such mistakes are about.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

_WHO = (
    "挪威代表/the representative of Norway|智利代表/the representative of Chile|"
    "肯尼亚总统/the President of Kenya|法国大使/the ambassador of France|"
    "印度代表/the representative of India|"
    "秘书处/the Secretariat|委员会/the Committee|卖方/the seller|买方/the buyer|雇主/the employer|"
    "雇员/the employee|政府/the Government|审计员/the auditors|出租人/the lessor|承租人/the lessee|"
    "法院/the court|被告/the defendant|挪威/Norway|智利/Chile|肯尼亚/Kenya|越南/Viet Nam|联盟/the Union|"
    "代表团/the delegation|教师/the teachers|学生/the students|医生/the doctor|病人/the patient|"
    "警察/the police|律师/the lawyer|主席/the Chair|银行/the bank|客户/the client|供应商/the supplier|"
    "承包商/the contractor|部长/the minister|议会/the parliament|工会/the union|市长/the mayor|"
    "记者/the journalist|基金会/the foundation|大学/the university|农民/the farmers|"
    "保险公司/the insurer|受害者/the victims|难民署/the refugee agency|监察员/the inspector"
)
_DEEDS = (
    "批评/criticized/criticize 支持/supported/support 邀请/invited/invite 赔偿/compensated/compensate "
    "通知/notified/notify 起诉/sued/sue 帮助/helped/help 访问/visited/visit 指控/accused/accuse "
    "感谢/thanked/thank 取代/replaced/replace 任命/appointed/appoint 监督/supervised/supervise "
    "雇用/employed/employ 袭击/attacked/attack 保护/protected/protect 解雇/dismissed/dismiss "
    "资助/funded/fund 警告/warned/warn 说服/persuaded/persuade 咨询/consulted/consult "
    "反对/opposed/oppose 欢迎/welcomed/welcome 授权/authorized/authorize"
).split()
_GIVEN = (
    "提交/报告/submitted/submit/the report|支付/租金/paid/pay/the rent|"
    "转交/案件/referred/refer/the case|提供/援助/provided/provide/assistance|"
    "出售/设备/sold/sell/the equipment|发出/通知/sent/send/the notice|"
    "归还/文件/returned/return/the documents|移交/档案/handed over/hand over/the archives|"
    "提出/申诉/addressed/address/the complaint|颁发/许可证/issued/issue/the permit"
)
_HEADS = (
    ("", ""),
    ("去年，", "Last year, "),
    ("根据合同，", "Under the contract, "),
    ("此外，", "Furthermore, "),
)
_TAILS = (
    ("", ""),
    ("，并承担费用", " and bore the costs"),
    ("，以解决争端", " in order to settle the dispute"),
)


class Sentence(NamedTuple):
    """A pair of sentences, and whether the English is right."""

    zh: str
    en: str
    right: bool


def sentences(count: int, seed: int) -> Iterator[Sentence]:
    """`count` pairs of each way to say it, every other one wrong."""
    rng = random.Random(seed)
    who = [one.split("/") for one in _WHO.split("|")]
    for at in range(count):
        right = at % 2 == 0
        (zh_a, en_a), (zh_b, en_b) = rng.sample(who, 2)
        first, other = (en_a, en_b) if right else (en_b, en_a)
        zh_deed, done, deed = rng.choice(_DEEDS).split("/")
        zh_give, zh_what, gave, give, what = rng.choice(_GIVEN.split("|")).split("/")
        ways = (
            (f"{zh_a}{zh_deed}了{zh_b}", f"{first} {done} {other}"),
            (f"{zh_a}应{zh_deed}{zh_b}", f"{first} shall {deed} {other}"),
            (f"{zh_a}可以{zh_deed}{zh_b}", f"{first} may {deed} {other}"),
            (f"{zh_a}已{zh_deed}{zh_b}", f"{first} has {done} {other}"),
            (f"{zh_b}被{zh_a}{zh_deed}", f"{other} was {done} by {first}"),
            (f"{zh_a}{zh_deed}了{zh_b}", f"{other} was {done} by {first}"),
            (f"{zh_b}由{zh_a}{zh_deed}", f"{first} {done} {other}"),
            (f"{zh_a}向{zh_b}{zh_give}了{zh_what}", f"{first} {gave} {what} to {other}"),
            (f"{zh_a}应向{zh_b}{zh_give}{zh_what}", f"{first} shall {give} {what} to {other}"),
            (f"{zh_a}对{zh_b}的{zh_deed}", f"the fact that {first} {done} {other}"),
        )
        for zh, en in ways:
            before, after = rng.choice(_HEADS), rng.choice(_TAILS)
            text = f"{before[1]}{en}{after[1]}."
            yield Sentence(f"{before[0]}{zh}{after[0]}。", text[:1].upper() + text[1:], right)
