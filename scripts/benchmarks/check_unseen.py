"""What the check finds in wrong translations it never learned from, and flags of right ones.

    scripts/bench check_unseen [--folder FOLDER] [--show KIND]

unseen/*.jsonl holds sources of either language with two right translations, one close and one free,
and three wrong ones, each with one mistake of a kind that translators make. They were written for
this measurement by writers who had not seen the code, and nothing is trained on them. Each
translation is checked by itself, without a termbase; told is what is an error or a warning.

The floor in the same run: how alike the encoder finds the two texts, with the limit that flags as
many of the right translations.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from training.written import Written, read_written

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.terms.checking import CheckOptions, check_units

FOLDER = Path(__file__).parent / "unseen"


def told(unit: Written, encoder: Encoder) -> list[str]:
    """The errors and warnings on a unit, in words; consistency is no matter of a single one."""
    source, target = ("zh", "en") if unit.forward else ("en", "zh")
    pair = TranslationUnit(unit.source, unit.target, source_lang=source, target_lang=target)
    found = check_units([pair], None, encoder=encoder, options=CheckOptions(consistency=False))
    return [f"{one.severity}: {one.message}" for one in found if one.severity != "info"]


def likeness(units: list[Written], encoder: Encoder) -> list[float]:
    """The cosine of each source and its translation."""
    ours = encoder.encode([unit.source for unit in units])
    theirs = encoder.encode([unit.target for unit in units])
    return [float(a @ b) for a, b in zip(ours, theirs, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument(
        "--show", metavar="KIND", help='print what is missed; "right": what is told'
    )
    options = parser.parse_args()
    encoder = load_encoder()
    units = read_written(options.folder)
    hits = [told(unit, encoder) for unit in units]
    right = [at for at, unit in enumerate(units) if not unit.kind]
    wrong = [at for at, unit in enumerate(units) if unit.kind]
    flagged, found = (sum(bool(hits[at]) for at in some) for some in (right, wrong))
    # Of each source the close translation stands first.
    close = [at for at in right if at == 0 or units[at - 1].group != units[at].group]
    of_close = sum(bool(hits[at]) for at in close)
    errors = sum(any(one.startswith("error") for one in hits[at]) for at in right)
    alike = likeness(units, encoder)
    limit = sorted(alike[at] for at in right)[flagged]
    below = sum(alike[at] < limit for at in wrong)
    print(f"{len(units)} translations of {len({unit.group for unit in units})} sources")
    print(f"found {found} of {len(wrong)} wrong ones ({100 * found / len(wrong):.1f} %)")
    print(
        f"flagged {flagged} of {len(right)} right ones ({100 * flagged / len(right):.1f} %),"
        f" {errors} of them as an error; {of_close} of the {len(close)} close ones"
    )
    print(f"the floor flags as many right ones and finds {100 * below / len(wrong):.1f} %")
    all_ = Counter(units[at].kind for at in wrong)
    seen = Counter(units[at].kind for at in wrong if hits[at])
    for kind, many in sorted(all_.items()):
        print(f"  {kind:14} {seen[kind]:4} of {many:4}  {seen[kind] / many:.2f}")
    for at, unit in enumerate(units):
        if (
            options.show
            and (unit.kind or "right") == options.show
            and bool(hits[at]) != bool(unit.kind)
        ):
            print(f"{unit.group}  {unit.source}\n      {unit.target}")
            print(*(f"      {one}" for one in hits[at]), sep="\n", end="\n" if hits[at] else "")


if __name__ == "__main__":
    main()
