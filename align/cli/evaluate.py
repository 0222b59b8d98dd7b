"""`align evaluate`: strict and lax precision, recall and F1 of alignments against gold ones."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer


def evaluate(
    files: list[Path] = typer.Argument(
        metavar="GOLD FOUND...", help="Two bead files, and more such pairs."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON line instead of a table."),
) -> None:
    """Score found beads against golden ones, by vecalign's definition, summed over documents."""
    from dataclasses import asdict

    from align.alignment.bead_files import read_beads
    from align.alignment.evaluation import score
    from align.errors import InputError

    if len(files) % 2:
        raise InputError(f"{files[-1]}: its partner is missing; give files in pairs, GOLD FOUND")
    beads = [read_beads(path) for path in files]
    result = score(list(zip(beads[::2], beads[1::2], strict=True)))
    if as_json:
        rounded = {
            key: round(value, 6) if isinstance(value, float) else value
            for key, value in asdict(result).items()
        }
        sys.stdout.write(json.dumps(rounded) + "\n")
        return
    sys.stdout.write(
        "         precision  recall     F1\n"
        f"strict      {result.precision_strict:.4f}  {result.recall_strict:.4f}  "
        f"{result.f1_strict:.4f}\n"
        f"lax         {result.precision_lax:.4f}  {result.recall_lax:.4f}  {result.f1_lax:.4f}\n"
        f"{result.gold_beads} gold beads, {result.found_beads} found\n"
    )
