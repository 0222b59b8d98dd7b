"""The configuration: where it is found, what overrides what, what a hostile folder cannot do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from align.cli import app
from align.cli.configuration import NAME, configuration, folder_path
from align.datatypes import TranslationUnit
from align.errors import InputError
from align.memory import TranslationMemory

NOW = "20240101T000000Z"


class Desk:
    """A user's home with a project in it, and what the two configurations say."""

    def __init__(self, place: Path) -> None:
        self.home = place / "home"
        self.project = self.home / "project"
        self.own = self.home / ".config" / "align" / NAME
        self.own.parent.mkdir(parents=True)
        (self.project / ".git").mkdir(parents=True)

    def mine(self, text: str) -> None:
        self.own.write_text(text, encoding="utf-8")

    def theirs(self, text: str, folder: str = ".") -> Path:
        path = self.project / folder / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def memory(self, path: Path, *pairs: tuple[str, str]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TranslationMemory.open(path, create=True) as memory:
            memory.add([TranslationUnit(*p) for p in pairs], origin=f"{path.stem}.tmx", now=NOW)
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path)
    monkeypatch.delenv("ALIGN_CONFIG")
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(made.home / ".config"))
    monkeypatch.chdir(made.project)
    return made


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    if isinstance(result.exception, InputError):
        return 2, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


# --- where it is found --------------------------------------------------------------------------


def test_it_is_found_above_up_to_the_repository(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = desk.project / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert folder_path() is None
    (desk.home / NAME).write_text("", encoding="utf-8")
    assert folder_path() is None, "above the repository nothing holds"
    desk.theirs("[limits]\nmatches = 3\n")
    assert configuration().values["limits.matches"] == 3
    desk.theirs("[limits]\nmatches = 4\n", "a")
    assert configuration().values["limits.matches"] == 4


def test_outside_repository_and_home_only_the_folder_itself_counts(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / "strange" / "deep"
    strange.mkdir(parents=True)
    (strange.parent / NAME).write_text("[limits]\nmatches = 3\n", encoding="utf-8")
    monkeypatch.chdir(strange)
    assert configuration().values == {}
    monkeypatch.chdir(strange.parent)
    assert configuration().values["limits.matches"] == 3


def test_the_folder_overrides_the_user_and_options_override_both(desk: Desk) -> None:
    memory = desk.memory(
        desk.project / "m.db", *((f"灯塔{n}", f"lighthouse {n}") for n in range(9))
    )
    desk.mine('author = "A. Keeper"\n[limits]\nmatches = 5\n')
    assert [configuration().values[key] for key in ("author", "limits.matches")] == ["A. Keeper", 5]
    desk.theirs(f'memories = ["{memory.name}"]\n[limits]\nmatches = 2\n')
    found = configuration()
    assert (found.values["author"], found.values["limits.matches"]) == ("A. Keeper", 2)
    assert str(found.sources["limits.matches"]) == f"{desk.project / NAME}:3"

    def count(*words: str) -> int:
        code, output = run(
            "memory", "search", "灯塔1", "--kind", "exact,fuzzy", "--min", "0", "--json", *words
        )
        assert code == 0
        return len(output.splitlines())

    assert count() == 2
    assert count("-n", "4") == 4


def test_a_file_of_its_own_or_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.mine("[limits]\nmatches = 5\n")
    other = desk.home / "other.toml"
    other.write_text("[limits]\nmatches = 7\n", encoding="utf-8")
    monkeypatch.setenv("ALIGN_CONFIG", str(other))
    assert configuration().values == {"limits.matches": 7}
    monkeypatch.setenv("ALIGN_CONFIG", "none")
    assert configuration().values == {}


# --- what is wrong in it is one line ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param('termbase = ["a.csv"]\n', 1, "'termbase' is no key; did you mean termbases?", id="wrong-key"),
        pytest.param('# x\n\n[limits]\n# y\nmatchs = 3\n', 5, "'matchs' is no key of [limits]; did you mean matches?", id="wrong-key-of-a-table"),
        pytest.param('[limits]\nmatches = "ten"\n', 2, "limits.matches: a whole number of at least 1 is wanted", id="wrong-type"),
        pytest.param('[limits]\nmatches = true\n', 2, "limits.matches: a whole number", id="true-is-no-number"),
        pytest.param('author = 3\n', 1, "author: a text is wanted", id="number-for-text"),
        pytest.param('author = "a"\n[languages]\nsource = "xx-nowhere"\n', 3, "languages.source: a language tag", id="language"),
        pytest.param('[languages]\nmessages = "fr"\n', 2, 'languages.messages: "en" or "zh" is wanted', id="messages"),
        pytest.param('memories = [\n  "a.db",\n  3,\n]\n', 1, "memories: a list of files", id="list-of-wrong-things"),
        pytest.param('[[memories]]\npath = "a.db"\n\n[[memories]]\npath = "b.db"\npenalty = 3\n', 4, "penalty a number from 0 to 1", id="second-memory"),
        pytest.param('[[memories]]\npath = "a.db"\npenalti = 0.1\n', 1, "'penalti' is no key of memories; did you mean penalty?", id="key-of-a-memory"),
        pytest.param('[[memories]]\npath = "a.db"\ninclude = ["year=soon"]\n', 1, "include: year=soon", id="condition"),
        pytest.param('languages = "zh"\n', 1, "languages is a table: write [languages]", id="no-table"),
        pytest.param('\n\na = = 3\n', 3, "not TOML: invalid value", id="no-toml"),
        pytest.param('memories = ["C:\\tm\\un.db"]\n', 1, "write a path with / or between single quotes", id="backslash"),
        pytest.param('author = "open\n', 1, "not TOML", id="open-string"),
        pytest.param("a = " + "[" * 20_000, None, "", id="nested"),
        pytest.param("#" * 70_000, None, "larger than", id="large"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("own", [True, False], ids=["own", "folder"])
def test_a_fault_is_one_line_with_file_and_line(
    desk: Desk, text: str, line: int | None, said: str, own: bool
) -> None:
    path = desk.own if own else desk.project / NAME
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        configuration()
    message = str(error.value)
    assert message.startswith(f"{path}:{line}: " if line else f"{path}")
    assert said in message
    assert "\n" not in message


def test_bytes_that_are_no_text_and_a_file_that_is_none(desk: Desk) -> None:
    path = desk.theirs("")
    path.write_bytes(b'# a\nauthor = "\xff"\n')
    with pytest.raises(InputError, match=f"{NAME}:2: not UTF-8"):
        configuration()
    path.write_bytes(b'\xef\xbb\xbfauthor = "a"\r\n[limits]\r\nmatches = 3\r\n')
    assert configuration().values["limits.matches"] == 3
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(InputError, match="not a plain file"):  # and it does not wait for a writer
        configuration()


# --- a hostile folder ---------------------------------------------------------------------------

SECRETS = (
    "../secret.csv",
    "../../home/secret.csv",
    "/etc/passwd",
    "~/secret.csv",
    "link.csv",
    "sub/../../secret.csv",
)


@pytest.mark.parametrize("key", ["termbases", "memories"])
@pytest.mark.parametrize("place", SECRETS, ids=range(len(SECRETS)))
def test_a_folder_names_nothing_outside_itself(desk: Desk, key: str, place: str) -> None:
    (desk.home / "secret.csv").write_text("zh,en\n秘密,secret\n", encoding="utf-8")
    (desk.project / "link.csv").symlink_to(desk.home / "secret.csv")
    desk.theirs(f'{key} = ["{place}"]\n')
    code, output = run("lookup", "秘密")
    assert (code, "secret\n" in output) == (2, False)
    # A path that begins with ~ is no home folder here: it lies inside, where nothing is.
    assert ("no such" if place.startswith("~") else "lies outside the folder") in output


@pytest.mark.parametrize(
    "line",
    [
        'memories = ["postgresql://evil.example/db?memory=m"]',
        'memories = ["postgres://evil.example/db"]',
        '[[memories]]\npath = "postgresql://evil.example/db?memory=m"\nname = "m"',
        'memories = ["https://evil.example/m.db"]',
        'termbases = ["file:///etc/passwd"]',
        'model = "evil/model"',
        "[limits]\ntimeout = 0",
        "[limits]\nmegabytes = 0",
    ],
    ids=["postgresql", "postgres", "table", "https", "file", "model", "timeout", "megabytes"],
)
def test_a_folder_reaches_no_network_and_lifts_no_limit(desk: Desk, line: str) -> None:
    desk.theirs(line + "\n")
    with pytest.raises(InputError, match="from your own configuration only"):
        configuration()
    desk.theirs("")
    if "https" not in line and "file:" not in line:
        desk.mine(line + "\n")
        assert configuration().values


def test_a_folder_chooses_among_the_user_s_memories_by_name(desk: Desk) -> None:
    far = desk.memory(desk.home / "tm" / "far.db", ("灯塔", "lighthouse"))
    desk.mine(
        f'[[memories]]\npath = "{far}"\nname = "UN"\npenalty = 0.1\n[[memories]]\npath = "x.db"\n'
    )
    desk.theirs('memories = ["UN"]\n')
    (only,) = configuration().memories
    assert (only.place, only.penalty) == (str(far), 0.1)
    code, output = run("memory", "search", "灯塔", "--kind", "exact")
    assert code == 0
    assert "90%" in output
    assert "lighthouse" in output


def test_a_password_is_not_shown(desk: Desk) -> None:
    desk.mine('memories = ["postgresql://me:geheim@localhost/db?memory=m"]\n')
    for words in (("config",), ("config", "--json")):
        code, output = run(*words)
        assert (code, "geheim" in output, "localhost" in output) == (0, False, True)


# --- the command --------------------------------------------------------------------------------


def test_config_shows_each_value_with_its_place(desk: Desk) -> None:
    desk.mine('author = "A. Keeper"\n')
    desk.theirs('[languages]\ntarget = "en-GB"\n')
    assert run("config") == (
        0,
        f"author = A. Keeper  ({desk.own}:1)\nlanguages.target = en-GB  ({desk.project / NAME}:2)\n",
    )
    _, output = run("config", "--json")
    assert json.loads(output.splitlines()[1]) == {
        "key": "languages.target", "value": "en-GB", "from": f"{desk.project / NAME}:2",
    }  # fmt: skip


def test_set_keeps_what_else_the_file_holds(desk: Desk) -> None:
    desk.mine("# mine\n[limits] # few\nmatches = 3\n")
    assert run("config", "set", "limits.examples", "2")[0] == 0
    assert run("config", "set", "author", "0815")[0] == 0
    text = desk.own.read_text(encoding="utf-8")
    assert "# mine\n" in text
    assert "# few" in text
    values = configuration().values
    assert (values["limits.matches"], values["limits.examples"], values["author"]) == (3, 2, "0815")
    assert run("config", "unset", "limits.matches")[0] == 0
    assert "limits.matches" not in configuration().values


def test_set_names_files_as_seen_from_here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sub = desk.project / "sub"
    sub.mkdir()
    monkeypatch.chdir(sub)
    assert run("config", "set", "memories", "a.db", "../b.db")[0] == 0
    assert [m.place for m in configuration().memories] == [
        str(sub / "a.db"),
        str(desk.project / "b.db"),
    ]
    assert run("config", "set", "--here", "termbases", "t.csv")[0] == 0
    assert [t.place for t in configuration().termbases] == [str(sub / "t.csv")]
    code, output = run("config", "set", "--here", "termbases", "../t.csv")
    assert (code, "lies outside" in output) == (2, True)
    assert [t.place for t in configuration().termbases] == [str(sub / "t.csv")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "termbase", "a"), "did you mean termbases?"),
        (("set", "limits.matches", "many"), "a whole number of at least 1 is wanted"),
        (("set", "author", "A.", "Keeper"), "between quotation marks"),
        (("set", "--here", "model", "x"), "from your own configuration only"),
        (("unset", "author"), "author is not set there"),
    ],
    ids=["key", "type", "words", "own", "unset"],
)
def test_what_cannot_be_set_leaves_the_file_as_it_was(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    desk.mine("[limits]\nmatches = 3\n")
    code, output = run("config", *words)
    assert (code, said in output) == (2, True), output
    assert desk.own.read_text(encoding="utf-8") == "[limits]\nmatches = 3\n"
    assert not (desk.project / NAME).exists()


# --- where it is used ---------------------------------------------------------------------------


def test_lookup_uses_the_configuration_or_says_so(desk: Desk) -> None:
    code, output = run("lookup", "灯塔")
    assert (code, "align config set memories FILE" in output) == (2, True)
    (desk.project / "t.csv").write_text("zh,en\n灯塔,lighthouse\n", encoding="utf-8")
    (desk.project / "u.csv").write_text("zh,en\n海港,harbour\n", encoding="utf-8")
    desk.theirs('termbases = ["t.csv", "u.csv"]\n')
    for term, found in (("灯塔", "lighthouse"), ("海港", "harbour")):
        assert run("lookup", term) == (0, f"{term} = {found}\n")


def test_memories_are_asked_in_their_order_with_their_conditions(desk: Desk) -> None:
    zh = "灯塔看守人每晚点灯。"
    desk.memory(desk.project / "a.db", (zh, "First."))
    desk.memory(desk.project / "b.db", (zh, "Second."))
    desk.memory(desk.project / "c.db", (zh, "Third."))
    desk.theirs(
        '[[memories]]\npath = "a.db"\n[[memories]]\npath = "b.db"\npriority = 1\n'
        '[[memories]]\npath = "c.db"\nname = "old"\nexclude = ["origin=c"]\n'
    )
    code, output = run("memory", "search", zh, "--kind", "exact", "--json")
    found = [json.loads(line) for line in output.splitlines()]
    assert [(one["memory"], one["target"]) for one in found] == [("b", "Second."), ("a", "First.")]
    # An option overrides, and a name of the configuration may stand for its file.
    code, output = run("memory", "search", zh, "-m", "c.db", "--kind", "exact")
    assert (code, "Third." in output) == (0, True)
    code, output = run("memory", "search", zh, "-m", "old", "--kind", "exact")
    assert "Third." not in output


def test_pair_writes_the_author_and_the_languages(desk: Desk) -> None:
    (desk.project / "zh.txt").write_text("灯塔看守人每晚点灯。\n", encoding="utf-8")
    (desk.project / "en.txt").write_text("The keeper lights the lamp every evening.\n")
    desk.theirs('author = "A. Keeper"\n[languages]\ntarget = "en-GB"\n')
    code, output = run("pair", "zh.txt", "en.txt", "-o", "o.tmx", "--force", "--pre-segmented")
    assert code == 0, output
    written = (desk.project / "o.tmx").read_text(encoding="utf-8")
    assert 'creationid="A. Keeper"' in written
    assert 'xml:lang="en-GB"' in written
