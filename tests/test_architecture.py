"""Imports go downwards only, and starting up loads nothing heavy."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "align"

# From the bottom up; a floor may import itself and what is below it.
FLOORS = (
    "errors",
    "outside",
    "file_kinds",
    "clock",
    "language",
    "datatypes",
    "atomic",
    "forked",
    "document",
    "formats",
    "embedding",
    "alignment",
    "memory",
    "terms",
    "reference",
    "report",
    "pipeline",
    "project",
    "batch",
    "web",
    "server",
    "cli",
)
HEAVY = (
    *("torch", "sentence_transformers", "transformers", "faiss", "ray", "jieba", "openpyxl"),
    "psycopg",
)


def _floor(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "align" and len(parts) > 1 else None


def _imports(path: Path) -> set[str]:
    """Modules of this package that a file imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            if node.module == "align":
                found.update(f"align.{alias.name}" for alias in node.names)
    return {name for name in found if name.startswith("align.")}


def _files() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_models" not in path.parts)


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    own = parts[0]
    if own in ("__init__", "__main__"):
        return
    assert own in FLOORS, f"{own} has no place in the house"
    for module in _imports(path):
        floor = _floor(module)
        if floor is None or floor.startswith("_") or floor not in FLOORS:
            continue
        assert FLOORS.index(floor) <= FLOORS.index(own), f"{path.name} imports {module} from above"


@pytest.mark.parametrize("command", ["import align", "import align.cli"])
def test_starting_up_loads_nothing_heavy(command: str) -> None:
    check = f"{command}; import sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_each_heavy_library_is_imported_in_one_floor() -> None:
    homes: dict[str, set[str]] = {}
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names = [node.module]
            for name in names:
                root = name.split(".")[0]
                if root in (
                    "torch",
                    "sentence_transformers",
                    "ray",
                    "jieba",
                ):
                    homes.setdefault(root, set()).add(path.relative_to(PACKAGE).parts[0])
    assert {library: len(floors) for library, floors in homes.items() if len(floors) > 1} == {}


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_a_chinese_character_is_stands_in_one_module(path: Path) -> None:
    """Three ranges stood in a dozen modules, and most left out what lies beyond the BMP."""
    if path.relative_to(PACKAGE).as_posix() in (
        "language/scripts.py",
        "memory/grams.py",  # with kana, and as the index of every memory was made
    ):
        return
    source = path.read_text(encoding="utf-8")
    ranges = re.findall(r"\\u(?:3400|4e00)|[㐀一]-[\u9fa5-\u9fff]", source, re.IGNORECASE)
    assert ranges == [], "ask align.language.scripts: HAN, is_han, has_han, language_of_words"


_TAG = re.compile("lang|locale|code|tag", re.IGNORECASE)  # in the name of what is taken apart


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_language_tags_are_taken_apart_in_one_module(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() == "language/tags.py":
        return
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        parts = {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
        cuts = node.func.attr in ("split", "rsplit", "partition", "rpartition")
        begins = node.func.attr in ("startswith", "removeprefix")
        if (cuts and parts & {"-", "_"} and _TAG.search(ast.unparse(node.func.value))) or (
            begins and parts & {"zh", "zh-", "en", "en-", "ja"}
        ):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    assert found == [], "ask align.language.tags"


def _listing() -> list[tuple[str, list[str]]]:
    """The house as CONTRIBUTING.md lists it from the top down: floors, each with its rooms."""
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = text.split("## The house")[1].split("```")[1]
    found: list[tuple[str, list[str]]] = []
    for line in block.strip().splitlines():
        name = line.split()[0]
        if line.startswith(" "):
            found[-1][1].append(name)
        else:
            found.append((name, []))
    return found


def test_the_listing_of_the_house_is_true() -> None:
    floors = [f"{name}/" if (PACKAGE / name).is_dir() else f"{name}.py" for name in FLOORS]
    assert [name for name, _ in _listing()] == floors[::-1], "see CONTRIBUTING.md, The house"
    parts = {path.name for path in PACKAGE.glob("*.py")} | {
        f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")
    }
    assert parts - {"__init__.py", "__main__.py", "_models/"} == set(floors)


@pytest.mark.parametrize("floor", [name for name in FLOORS if (PACKAGE / name).is_dir()])
def test_the_listing_has_every_room_of_a_floor(floor: str) -> None:
    rooms = {
        f"{path.parent.relative_to(PACKAGE / floor).as_posix()}/"
        for path in (PACKAGE / floor).glob("*/__init__.py")
    }
    assert set(dict(_listing())[f"{floor}/"]) == rooms, "see CONTRIBUTING.md, The house"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_in_its_first_line_what_it_holds(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert path.name == "__main__.py" or len(said.splitlines()[0]) > 20


def test_standard_output_is_opened_in_one_module() -> None:
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in _files()
        if "stdout.buffer" in path.read_text(encoding="utf-8")
    ]
    assert found == ["cli/output.py"], "ask align.cli.output"


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_private_is_used_in_its_module(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    made: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            made += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            made.append(node.target.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            made.append(node.name)
    private = [name for name in made if name.startswith("_") and not name.startswith("__")]
    words = re.findall(r"\w+", source)
    assert [name for name in private if words.count(name) < 2] == [], "take it out"


def test_nothing_is_there_for_the_tests_alone() -> None:
    """What neither the package nor a script names goes, or into the tests' own files."""
    root = PACKAGE.parent
    texts = {path: path.read_text(encoding="utf-8") for path in _files()}
    scripts = [path for path in (root / "scripts").rglob("*") if path.is_file()]
    scripts += (root / "docs").rglob("*.md")
    words = Counter(word for text in texts.values() for word in re.findall(r"\w+", text))
    for path in scripts:
        if path.suffix in ("", ".py", ".md"):
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="ignore")))
    alone = [
        f"{path.relative_to(PACKAGE)}: {node.name}"
        for path, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.decorator_list  # commands and properties that templates read
        and words[node.name] == 1
        and not node.name.startswith("__")
    ]
    assert alone == []
