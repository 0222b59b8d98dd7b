"""Whether a line break in a paragraph of a page cuts a sentence that goes on."""

from __future__ import annotations

import re

from align.document.labels import label_of

_ENDS = re.compile(r"[.!?。！？…:：;；][\"'”’）)」』】》\]]*$")
# What no sentence, item or name ends with.
_OPEN = re.compile(
    r"(?:[,，、(（\[“‘《「『]"
    r"|\b(?:and|or|of|the|an?|to|in|on|at|for|with|by|from|as|that|which|is|are|was|were)"
    r"|[的和与與及或])$"
)
# Lines of a letter that end with a comma and are whole.
_OF_LETTERS = re.compile(
    r"(?:Dear|Hello|Hi|Sincerely|Yours|Respectfully|Faithfully|(?:\w+ )?[Rr]egards)\b"
    r"|尊敬的|亲爱的|親愛的"
)
_LISTS = (":", "：", ";", "；")


def goes_on(before: str, after: str, *, whole: bool) -> bool:
    """Whether the line `after` goes on from the line `before`, which a line break ends.

    `whole` says that both stand in what is one unit by its nature: a heading, an address.

    >>> goes_on("Write to 4 Mill Lane,", "Lakeside.", whole=False)
    True
    >>> goes_on("Dear Ms Lake,", "(a) the oil", whole=False), goes_on("Oil", "Wicks", whole=False)
    (False, False)
    """
    before, after = before.rstrip(), after.lstrip()
    if not before or not after or label_of(after)[1] or _OF_LETTERS.match(before):
        return False
    if _OPEN.search(before):
        return True
    if after[0].islower():
        return not before.endswith(_LISTS)
    return not _ENDS.search(before) and (whole or after[0] in "(（")
