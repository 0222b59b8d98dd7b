"""Files replaced whole or not at all, and what a killed process leaves."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from align import atomic
from align.errors import InputError

_WRITER = """
import sys, time
from pathlib import Path
from align.atomic import replacing, scratch_folder
with scratch_folder() as folder, replacing(Path(sys.argv[1])) as file:
    (folder / "part").write_bytes(b"x")
    file.write(b"half")
    file.flush()
    print(file.name, folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test's own."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


def _writing(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is swept where files have no locks")
def test_what_a_killed_process_left_goes_with_the_next_one(tmp_path: Path, temporary: Path) -> None:
    target, other = tmp_path / "out.tmx", tmp_path / "other.csv"
    target.write_bytes(b"before")
    killed, alive = _writing(target), _writing(other)
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert target.read_bytes() == b"before"
        assert len(list(tmp_path.glob(".*"))) == 2
        assert len(list(temporary.iterdir())) == 2
        command = (
            "import sys; from pathlib import Path; from align.atomic import *\n"
            "with scratch_folder(), replacing(Path(sys.argv[1])) as f: f.write(b'after')"
        )
        subprocess.run([sys.executable, "-c", command, str(target)], check=True)
        # The file of the process that still writes is left alone.
        assert [path.name.startswith(".other.csv.") for path in tmp_path.glob(".*")] == [True]
        assert len(list(temporary.iterdir())) == 1
        assert target.read_bytes() == b"after"
    finally:
        for process in (killed, alive):
            process.kill()
            process.communicate()


def test_named_temporary_files_are_made_where_they_are_swept() -> None:
    package = Path(atomic.__file__).parent
    makers = re.compile(r"\b(?:mkstemp|mkdtemp|NamedTemporaryFile|TemporaryDirectory)\(")
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if makers.search(path.read_text(encoding="utf-8"))
    }
    # The sockets of a server of one's own: their folder's name must be short.
    assert found == {"atomic.py", "memory/postgres/embedded.py"}


def test_only_our_own_temporary_files_are_swept(tmp_path: Path) -> None:
    for name in (".draft.tmp", ".a.align-tmp.txt", "a.align-tmp", "align-notes"):
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / ".left.x1.align-tmp").write_bytes(b"")
    with atomic.replacing(tmp_path / "out") as file:
        file.write(b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".a.align-tmp.txt", ".draft.tmp", "a.align-tmp", "align-notes", "out",
    ]  # fmt: skip


def test_what_a_link_points_to_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "old").write_bytes(b"before")
    for name, target in (("known", "other/old"), ("dangling", "other/new"), ("second", "known")):
        (tmp_path / name).symlink_to(target)
        with atomic.replacing(tmp_path / name) as file:
            file.write(name.encode())
        assert os.readlink(tmp_path / name) == target
    assert (tmp_path / "other" / "old").read_bytes() == b"second"
    assert (tmp_path / "other" / "new").read_bytes() == b"dangling"
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match="loop: is a link that leads to itself"):
        atomic.replacing(tmp_path / "loop").__enter__()
    assert (tmp_path / "loop").is_symlink()


@pytest.mark.parametrize("name", ["中" * 80, "a" * 240, "é" * 120], ids=["zh", "en", "accents"])
def test_names_of_240_bytes_can_be_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert len(os.fsencode(path.name)) == 240
    with atomic.replacing(path) as file:
        file.write(b"x")
    assert path.read_bytes() == b"x"


def test_a_full_disk_names_the_file_and_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.tmx"
    path.write_bytes(b"before")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        pytest.raises(InputError, match=r"out\.tmx: cannot be written \(No space left"),
        atomic.replacing(path),
    ):
        raise full
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.tmx"]
    assert path.read_bytes() == b"before"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_stays_a_pipe_and_gets_the_whole_text(tmp_path: Path, temporary: Path) -> None:
    pipe = tmp_path / "out.tmx"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    with atomic.replacing(pipe) as file:
        file.write(b"before")
        file.seek(0)
        file.write(b"after!")
        file.flush()
        assert Path(file.name).read_bytes() == b"after!"  # as `align pair` reads its TMX again
    assert reader.communicate(timeout=30)[0] == b"after!"
    assert pipe.is_fifo()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_gets_nothing_where_the_work_fails(tmp_path: Path, temporary: Path) -> None:
    pipe = tmp_path / "out.tmx"
    os.mkfifo(pipe)
    with contextlib.suppress(ZeroDivisionError), atomic.replacing(pipe) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert pipe.is_fifo()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_device_is_named(temporary: Path) -> None:
    before = os.stat("/dev/full").st_rdev
    with (
        pytest.raises(InputError, match=r"/dev/full: cannot be written \(No space left"),
        atomic.replacing(Path("/dev/full")) as file,
    ):
        file.write(b"x")
    assert os.stat("/dev/full").st_rdev == before
