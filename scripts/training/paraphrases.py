"""Says what a right translation says in other words: what the check must not take for a mistake.

Translators deny by a word's own sense (not allowed, prohibited), bind by another verb (shall, is to) and
turn a clause round (unless, if … not). Pairs of sentences hold too few of these for a probability.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from training.mistakes import Mistake, Plant, turns

SAME: Mapping[str, Plant] = {
    "denied by a word": turns(r"""
(is|are|was|were|be) not (?:allowed|permitted) → \1 prohibited | \1 forbidden | \1 barred
(?:shall|must|may) not → is prohibited from | is barred from | is not permitted to | may in no case
can ?not|could not → is unable to | is not in a position to | is in no position to
(?:did|does|do) not (?=accept|agree|approve|support) → refused to | declined to
(?:did|does|do) not → failed to | never
(?:have|has|had) not yet → has yet to | is still to
(is|are|was|were) not possible → \1 impossible | \1 out of the question
(is|are|was|were) not enough → \1 insufficient | falls short
(is|are|was|were) not (?=[a-z]+) → \1 far from | \1 by no means | \1 hardly | \1 anything but
(?:do|does|did) not have(?: any)? → lacks | is without | is short of
there (?:is|are|was|were) no → there is a lack of | there is an absence of | one finds no
without any → free of | in the absence of any
without (?=[a-z]+ing) → instead of | rather than | and does not start
without → in the absence of | lacking | free from
no longer → not any more | has ceased to
no one|nobody → not a single person | none
not know → be unaware of | be in the dark about
not include → leave out | exclude
not (?:attend|take part) → stay away | be absent
not stop → go on | continue | keep
not leave → stay | remain
not forget → remember | bear in mind
not agree → disagree | object
not like → dislike
never → at no time | not once | not ever
if ((?:[a-z]+ ){1,3})(?:do|does|is|are) not → unless \1
not (?:true|correct|right) → untrue | wrong | false
prevent(?:s|ed)? → keep from | stop | stand in the way of
avoid(?:s|ed)? → stay clear of | keep away from | not incur
prohibited|forbidden → not allowed | not permitted | banned | barred | off limits
unable to → not able to | in no position to
failed to → did not
lack of → shortage of | insufficient | want of | dearth of
unless → if not | except where
few → not many | only a handful of
impossible → not possible | out of the question
rejected|refused → did not accept | turned down
"""),
    "duty in other words": turns(r"""
shall → must | is to | is required to | will | has to
must → has to | is to | is obliged to | needs to | shall
should → ought to | is to | is advised to | needs to
may → can | is entitled to | is free to | is allowed to
can → is able to | is in a position to | may
could → was able to | might
(?:has|have) to → must | need to
"""),
    "joined in other words": turns(r"""
and → as well as | along with | together with | and also
both ([a-z ]+?) and → \1 as well as
or → or else | or alternatively
either ([a-z ]+?) or → \1 or
"""),
    "bounds and times in other words": turns(r"""
only → no more than | nothing but | merely | solely | exclusively | alone
before → prior to | ahead of | in advance of | earlier than
after → following | once | subsequent to | on the heels of | in the wake of
until → up to | pending
at least → no fewer than | not less than | a minimum of | or more
at most → no more than | up to | not more than
more than → over | in excess of | upwards of | above
less than → under | below | fewer than | short of
all → every one of the | the whole of the | each and every | without exception the
every → each | all the
most → the bulk of | the majority of | the greater part of
some → certain | a number of | various
because → since | as | given that | for the reason that
although|though → even though | while | despite the fact that
if → in the event that | where | should it be that | provided that
including → among them | such as | not least
except → save for | other than | with the exception of | apart from
always → at all times | invariably | without exception
often → frequently | many a time | time and again
increased → rose | went up | grew | climbed
decreased|fell → declined | went down | dropped | was down
reduced → cut | lowered | brought down
"""),
    "zh denied by a word": turns(
        r"""
不得 → 不可 | 禁止 | 一律不准 | 切勿
不能 → 无法 | 无从 | 难以
不允许|不准 → 禁止 | 严禁
没有(?=[一-龥]) → 缺乏 | 未有 | 并无 | 毫无
不是 → 并非 | 绝非
尚未 → 还没有 | 仍待
不再 → 停止 | 终止
不同意 → 反对 | 拒绝
不会 → 绝不会 | 不至于
不足 → 不够 | 短缺
无法 → 不能 | 没有办法 | 未能
禁止 → 不准 | 不许 | 不得
拒绝 → 不肯 | 不愿 | 不予
未能 → 没能 | 没有
请勿|请不要 → 切勿 | 请别
除非 → 如果不
如果不 → 除非
从未|从不 → 一次也没有 | 从来没有
很少 → 极少 | 鲜少 | 难得
""",
        "zh",
    ),
    "zh duty in other words": turns(
        r"""
必须 → 务必 | 一定要 | 须
(?<![反适响相对供效回顺])应当?(?![对付急用邀该征]) → 须 | 应予以 | 应该
应该 → 应当 | 理应
可以 → 有权 | 得以 | 可
能够 → 有能力 | 得以 | 可以
""",
        "zh",
    ),
    "zh the rest in other words": turns(
        r"""
(?<=[一-龥])和(?![平谐睦解缓气议])(?=[一-龥]) → 以及 | 与 | 连同
(?<=[一-龥])或者?(?=[一-龥]) → 或是 | 抑或
只有 → 唯有 | 仅有
(?<![船])只(?=[能可]) → 仅
之前|以前 → 前夕 | 到来前
之后|以后 → 过后
至少 → 不少于 | 起码
超过 → 多于 | 逾 | 高于
不到 → 少于 | 未满 | 不足
所有 → 一切 | 全部 | 全体
一些 → 部分 | 若干 | 某些
如果 → 倘若 | 若 | 假如
因为 → 由于
虽然 → 尽管
增加 → 增长 | 上升
减少 → 下降 | 缩减
总是 → 一直 | 始终
经常 → 常常 | 往往
""",
        "zh",
    ),
}


def paraphrased(
    pairs: Sequence[tuple[str, str]], seed: int, each: int
) -> Iterator[tuple[int, Mistake]]:
    """Up to `each` pairs of every kind that still say the same: the pair's place and the change."""
    rng = random.Random(seed)
    for plant in SAME.values():
        order = list(range(len(pairs)))
        rng.shuffle(order)
        count = 0
        for place in order:
            if count == each:
                break
            made = plant(*pairs[place], rng)
            if made is not None:
                yield place, made
                count += 1
