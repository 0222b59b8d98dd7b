"""Write the pages of the reference that follow from the code: commands and rules.

scripts/docs            # writes them, and builds the site into out/site
python scripts/documentation/generate.py --check    # fails where a page is not what the code says
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from align.cli import app
from align.terms.rules import catalogue

PAGES = ROOT / "docs" / "reference"


def commands() -> str:
    """Every command with its arguments and options."""
    head = (
        "# Commands\n\nGenerated from the code by `scripts/docs`. Results go to standard output,"
        " everything else to standard\nerror; `-` is standard input or output; exit code 1 means"
        " findings, 2 one clear line about what is wrong.\n"
    )
    parts = [head]
    group = typer.main.get_command(app)
    for name, command in _walk("align", group):
        text = " ".join((command.help or "").split("\n\n")[0].split())
        parts.append(f"\n## `{name}`\n\n{text}\n")
        rows = [_row(parameter) for parameter in command.params if _shown(parameter)]
        if rows:
            parts.append("\n| | |\n|---|---|\n" + "".join(rows))
    return "".join(parts)


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children:
        for child in sorted(children):
            yield from _walk(f"{name} {child}", children[child])
    else:
        yield name, command


def _shown(parameter: Any) -> bool:
    return "--help" not in parameter.opts


def _row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        shown = f"`{(parameter.metavar or parameter.name or '').upper()}`"
    else:
        shown = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        if not parameter.is_flag:
            shown += f" `{parameter.metavar}`".replace("|", "\\|")
    text = " ".join((parameter.help or "").split())
    return f"| {shown} | {text} |\n".replace("||", "|")


def rules() -> str:
    """Every rule of the check with its example."""
    head = (
        "# Rules of the check\n\nGenerated from the catalogue by `scripts/docs`. The names are what"
        " waivers and SARIF go by.\n"
    )
    parts = [head]
    for rule in catalogue().values():
        parts.append(
            f"\n## {rule.id}\n\n**{rule.name.en}** · {rule.name.zh} · {rule.severity}\n\n"
            f"{rule.description.en}\n\n{rule.description.zh}\n\n"
            f"- source: {rule.example.source}\n- wrong: {rule.example.wrong}\n"
            f"- right: {rule.example.right}\n"
        )
    return "".join(parts)


def main() -> None:
    stale = []
    for name, text in (("commands.md", commands()), ("rules.md", rules())):
        page = PAGES / name
        if "--check" in sys.argv:
            if not page.is_file() or page.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            page.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"{', '.join(stale)}: not what the code says; run scripts/docs")


if __name__ == "__main__":
    main()
