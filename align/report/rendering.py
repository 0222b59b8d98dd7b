"""Jinja templates of the reports: everything escaped, one file with its style inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = Path(__file__).parent / "assets"
_TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The one template environment: autoescape on, a missing variable is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_page(file: IO[bytes], template: str, values: Mapping[str, object]) -> None:
    """Render `template` into `file` as UTF-8, with its style sheet inlined and named in its CSP."""
    style = "".join(
        (ASSETS / name).read_text(encoding="utf-8") for name in ("base.css", "report.css")
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page = environment().get_template(template).generate(**values, style=style, policy=policy)
    for piece in page:
        file.write(piece.encode("utf-8", "replace"))
