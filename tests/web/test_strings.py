"""Both interface languages have every word that the templates and the script use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import align.web
from align.project.edits import EditError
from align.web import app
from align.web.strings import negotiate, words

FOLDER = Path(align.web.__file__).parent


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    english, chinese = words("en"), words("zh")
    assert english.keys() == chinese.keys()
    assert all(text.strip() for text in (*english.values(), *chinese.values()))
    places = re.compile(r"{(\w+)}")
    for key, text in english.items():
        assert sorted(places.findall(text)) == sorted(places.findall(chinese[key])), key


def test_every_word_that_is_used_is_there() -> None:
    used: set[str] = set()
    for template in (FOLDER / "templates").glob("*.html"):
        used |= set(re.findall(r"\bw\.(\w+)", template.read_text(encoding="utf-8")))
    for script in (FOLDER / "static").glob("*.js"):
        found = set(re.findall(r"\bwords\.(\w+)", script.read_text(encoding="utf-8")))
        assert found <= set(app._SCRIPT_WORDS), script.name
    used |= set(app._SCRIPT_WORDS)
    used |= {word for _, _, word in app._KEYS}
    used |= {f"export_{form}" for form in app._EXPORTS}
    code = (FOLDER.parent / "project" / "edits.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'EditError\(\s*"([\w-]+)"', code)) - {"unknown"}
    used |= {f"error_{name}" for name in codes}
    assert used <= words("en").keys()


@pytest.mark.parametrize(
    ("chosen", "header", "language"),
    [
        (None, "", "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-GB,zh;q=0.9", "en"),
        (None, "de, *;q=0.5", "en"),
        (None, "zh;q=0.1, en;q=0.2", "en"),
        (None, "zh;q=1.2.3", "zh"),
        ("en", "zh", "en"),
        ("xx", "zh", "zh"),
        (None, "," * 5000, "en"),
    ],
)
def test_the_language_is_the_readers(chosen: str | None, header: str, language: str) -> None:
    assert negotiate(chosen, header) == language


def test_an_edit_error_has_a_code() -> None:
    assert EditError("gone", "no such row").code == "gone"
