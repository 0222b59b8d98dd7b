"""A team's memory: PostgreSQL beside SQLite, import rate, sizes, latencies, agreement; load; kills.

``scripts/bench team --from MEMORY --units 1000000`` fills both engines from the units of a memory
and asks both the same; ``load`` lets clients ask and change a running server; ``kill`` kills what
it can, often.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from align.datatypes import TranslationUnit
from align.memory import Memory
from align.memory.opening import open_memory
from align.memory.postgres.embedded import EmbeddedServer

NOW = "20260101T000000Z"
TARGETS = {"exact": 2, "fuzzy": 40, "concordance": 60, "semantic": 30}  # ms, p50


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that a server run as nobody can enter."""
    folder = Path(tempfile.mkdtemp(prefix="align-bench-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="engines", choices=["engines", "load", "kill"])
    parser.add_argument("--from", dest="source", type=Path, help="a memory to take the units from")
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--no-meaning", dest="meaning", action="store_false")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument(
        "--pause", type=float, default=0.0, help="seconds between two requests of a client, mean"
    )
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    {"engines": engines, "load": load, "kill": kill}[options.what](options)


def given(options: argparse.Namespace) -> Iterator[TranslationUnit]:
    """Units of the memory that was named, else made-up ones."""
    if options.source:
        with open_memory(options.source, read_only=True) as memory:
            yield from islice(memory.units(), options.units)
        return
    draw = random.Random(1)
    zh = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]
    en = [
        "".join(draw.choices("abcdefghijklmnoprstuvwy", k=draw.randint(2, 9))) for _ in range(9000)
    ]
    for number in range(options.units):
        source = "".join(draw.choices(zh, k=draw.randint(4, 40)))
        target = " ".join(draw.choices(en, k=draw.randint(3, 30)))
        yield TranslationUnit(f"{source}。", f"{target}.", id=f"u{number}", origin="made up")


def say(**values: Any) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)


# --- one engine beside the other ------------------------------------------------------------------


def engines(options: argparse.Namespace) -> None:
    with scratch() as folder, EmbeddedServer(folder / "data") as server:
        places = {"sqlite": str(folder / "m.tm"), "postgresql": f"{server.url}&memory=bench"}
        rates = {}
        sample = sampled(given(options), 4 * options.queries)
        for name, place in places.items():
            with open_memory(place, create=True) as memory:
                begun = time.perf_counter()
                report = memory.add(given(options), origin="bench", now=NOW)
                rates[name] = report.read / (time.perf_counter() - begun)
                size = memory.stats().bytes
                say(engine=name, units=len(memory), per_second=round(rates[name]), bytes=size)
        say(import_rate_against_sqlite=round(rates["postgresql"] / rates["sqlite"], 2))
        with open_memory(places["sqlite"]) as one, open_memory(places["postgresql"]) as other:
            asked = queries(sample, options.queries)
            for kind in (
                "exact",
                "fuzzy",
                "concordance",
                *(["semantic"] if options.meaning else []),
            ):
                if kind == "semantic":
                    for name, memory in (("sqlite", one), ("postgresql", other)):
                        begun = time.perf_counter()
                        memory.refresh_index()
                        say(
                            engine=name, meanings_indexed_in_s=round(time.perf_counter() - begun, 1)
                        )
                compare(kind, one, other, asked[kind])
            say(engine="postgresql", bytes_with_meanings=other.stats().bytes)


def sampled(units: Iterator[TranslationUnit], most: int) -> list[TranslationUnit]:
    """Units taken evenly from all, by chance."""
    draw = random.Random(5)
    sample: list[TranslationUnit] = []
    for number, unit in enumerate(units):
        if len(sample) < most:
            sample.append(unit)
        elif (at := draw.randint(0, number)) < most:
            sample[at] = unit
    return sample


def queries(sample: list[TranslationUnit], count: int) -> dict[str, list[str]]:
    draw = random.Random(7)
    draw.shuffle(sample)
    texts = [draw.choice([unit.source, unit.target]) for unit in sample]
    found: dict[str, list[str]] = {"exact": texts[:count]}
    found["fuzzy"] = [changed(text, draw) for text in texts[count : 2 * count]]
    found["concordance"] = [piece(text, draw) for text in texts[2 * count : 3 * count]]
    found["semantic"] = texts[3 * count : 4 * count]
    return found


def changed(text: str, draw: random.Random) -> str:
    """A text with a tenth of it taken out."""
    words = text.split(" ") if text.isascii() else list(text)
    for _ in range(max(1, len(words) // 10)):
        if len(words) > 2:
            words.pop(draw.randrange(len(words)))
    return (" " if text.isascii() else "").join(words)


def piece(text: str, draw: random.Random) -> str:
    """One or two words, or two to four characters, of a text."""
    if text.isascii():
        words = [word.strip(".,;:()\"'") for word in text.split()]
        words = [word for word in words if word.isalnum()] or ["the"]
        at = draw.randrange(len(words))
        return " ".join(words[at : at + draw.randint(1, 2)])
    characters = "".join(char for char in text if "\u4e00" <= char <= "\u9fff") or "的"
    at = draw.randrange(max(1, len(characters) - 3))
    return characters[at : at + draw.randint(2, 4)]


def compare(kind: str, one: Memory, other: Memory, asked: list[str]) -> None:
    def answer(memory: Memory, text: str) -> list[int]:
        if kind == "concordance":
            return [hit.unit_id for hit in memory.concordance_page(text).hits]
        found = memory.search(text, kinds=[kind], limit=5)  # type: ignore[list-item]
        return [match.unit_id or 0 for match in found]

    times: dict[str, list[float]] = {"sqlite": [], "postgresql": []}
    same = top = 0
    for text in asked[:5]:
        answer(one, text), answer(other, text)
    for text in asked:
        answers = []
        for name, memory in (("sqlite", one), ("postgresql", other)):
            begun = time.perf_counter()
            answers.append(answer(memory, text))
            times[name].append((time.perf_counter() - begun) * 1000)
        same += answers[0] == answers[1]
        top += answers[0][:1] == answers[1][:1]
    for name, taken in times.items():
        taken.sort()
        p50, p99 = taken[len(taken) // 2], taken[min(len(taken) - 1, len(taken) * 99 // 100)]
        say(
            kind=kind, engine=name, p50_ms=round(p50, 2), p99_ms=round(p99, 2), target=TARGETS[kind]
        )
    say(kind=kind, asked=len(asked), same_answers=same, same_first_answer=top)


# --- many clients at once -------------------------------------------------------------------------


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`align server --embedded`, and a client with an administrator's token."""
    command = [sys.executable, "-m", "align", "server", "--embedded", str(folder)]
    command += ["--port", "0", "--admin", "chief"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            token = process.stdout.readline().strip().rpartition(" ")[2]
            headers = {"authorization": f"Bearer {token}"}
            limits = httpx.Limits(max_connections=200)
            with httpx.Client(base_url=url, headers=headers, timeout=60, limits=limits) as client:
                for _ in range(200):
                    try:
                        client.get("/health")
                        break
                    except httpx.TransportError:
                        time.sleep(0.05)
                yield process, client
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(60)


def fill(client: httpx.Client, options: argparse.Namespace, folder: Path) -> list[TranslationUnit]:
    """Send the units as a file and wait until they are in; gives some of them."""
    from align.formats import tmx

    units = list(given(options))
    place = folder / "units.tmx"
    with place.open("wb") as file:
        tmx.write_units(file, units, created=NOW)
    client.post("/api/v1/memories", json={"name": "main"})
    with place.open("rb") as sent:
        answer = client.post("/api/v1/memories/main/imports?name=units.tmx", content=sent)
    job = answer.json()["job"]
    while client.get(f"/api/v1/jobs/{job}").json()["state"] not in ("done", "failed"):
        time.sleep(0.2)
    while client.get("/api/v1/memories/main").json()["index"] != "up to date":
        time.sleep(0.5)
    return units


def load(options: argparse.Namespace) -> None:
    with scratch() as folder, served(folder) as (_, client):
        units = fill(client, options, folder)
        until = time.monotonic() + options.seconds
        times: list[tuple[str, float]] = []
        wrong: Counter[str] = Counter()

        headers = dict(client.headers)

        def one(number: int) -> None:
            # The standard library's client: the machine's cores are for the server, not for asking.
            draw = random.Random(number)
            line = HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=60)
            time.sleep(draw.uniform(0, 2 * options.pause))
            while time.monotonic() < until:
                what, method, path, body = asked_of(draw, units, number)
                begun = time.monotonic()
                try:
                    line.request(method, path, body, headers)
                    answer = line.getresponse()
                    answer.read()
                except (OSError, HTTPException) as error:
                    wrong[type(error).__name__] += 1
                    line.close()
                    continue
                times.append((what, time.monotonic() - begun))
                if answer.status >= 400:
                    wrong[f"{what} {answer.status}"] += 1
                time.sleep(draw.uniform(0, 2 * options.pause))

        threads = [threading.Thread(target=one, args=(n,)) for n in range(options.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = sorted(seconds for _, seconds in times)
        say(
            clients=options.clients,
            pause_s=options.pause,
            requests=len(taken),
            per_second=round(len(taken) / options.seconds),
            errors=sum(wrong.values()),
            of=dict(wrong),
            p50_ms=round(taken[len(taken) // 2] * 1000),
            p95_ms=round(taken[len(taken) * 95 // 100] * 1000),
            cores=len(os.sched_getaffinity(0)),
        )
        for what in sorted({what for what, _ in times}):
            of = sorted(seconds for name, seconds in times if name == what)
            say(
                what=what,
                requests=len(of),
                p50_ms=round(of[len(of) // 2] * 1000),
                p95_ms=round(of[len(of) * 95 // 100] * 1000),
            )


def asked_of(
    draw: random.Random, units: list[TranslationUnit], number: int
) -> tuple[str, str, str, bytes | None]:
    """One request of a translator: mostly matches, some words, now and then a new unit.

    What it is, method, path and body.
    """
    unit = draw.choice(units)
    front = "/api/v1/memories/main"
    dice = draw.random()
    if dice < 0.6:
        query = {"q": changed(unit.source, draw)[:500], "kinds": "exact,fuzzy", "limit": 5}
        return "matches", "GET", f"{front}/search?{urlencode(query)}", None
    if dice < 0.9:
        words = {"q": piece(draw.choice([unit.source, unit.target]), draw), "limit": 10}
        return "concordance", "GET", f"{front}/concordance?{urlencode(words)}", None
    body = {"source": f"{unit.source}{draw.random()}", "target": f"{unit.target} {number}"}
    return "new unit", "POST", f"{front}/units", json.dumps(body).encode()


# --- what a kill leaves ---------------------------------------------------------------------------


def kill(options: argparse.Namespace) -> None:
    """Kill the server, PostgreSQL, or the client in mid-import; what was acknowledged must be there."""
    from align.formats import tmx

    draw = random.Random(11)
    with scratch() as folder:
        units = list(given(options))
        place = folder / "units.tmx"
        with place.open("wb") as file:
            tmx.write_units(file, units, created=NOW)
        acknowledged: list[str] = []
        jobs: list[str] = []
        for number in range(options.times):
            victim = ("server", "postgresql", "client")[number % 3]
            with served(folder) as (process, client):
                client.post("/api/v1/memories", json={"name": "main"})
                if victim == "client":
                    cut_off(client, place)
                else:
                    with place.open("rb") as sent:
                        name = f"units{number}.tmx"
                        path = f"/api/v1/memories/main/imports?name={name}"
                        jobs.append(client.post(path, content=sent).json()["job"])
                stop = time.monotonic() + draw.uniform(0.2, 2.5)
                while time.monotonic() < stop:
                    source = f"第{number}次{time.monotonic_ns()}"
                    body = {"source": source, "target": source}
                    if client.post("/api/v1/memories/main/units", json=body).status_code == 201:
                        acknowledged.append(source)
                if victim == "server":
                    process.kill()
                elif victim == "postgresql":
                    pid = int((folder / "database" / "postmaster.pid").read_text().split()[0])
                    os.kill(pid, signal.SIGKILL)
                    time.sleep(0.5)
                    process.kill()
                process.poll()
            time.sleep(1.0)
        with served(folder) as (_, client):
            waiting = set(jobs)
            while waiting:
                for job in sorted(waiting):
                    if client.get(f"/api/v1/jobs/{job}").json()["state"] in ("done", "failed"):
                        waiting.discard(job)
                time.sleep(0.3)
            states = Counter(client.get(f"/api/v1/jobs/{job}").json()["state"] for job in jobs)
            lost = 0
            for source in acknowledged:
                query: dict[str, str | int] = {"q": source, "kinds": "exact", "limit": 1}
                lost += not client.get("/api/v1/memories/main/search", params=query).json()
            held = client.get("/api/v1/memories/main").json()
            different = len({(unit.source, unit.target) for unit in units})
            say(
                kills=options.times,
                acknowledged=len(acknowledged),
                lost=lost,
                imports=dict(states),
                units=held["units"],
                expected_at_least=different + len(acknowledged),
            )


def cut_off(client: httpx.Client, place: Path) -> None:
    """An upload whose client goes away in the middle."""

    def part() -> Iterator[bytes]:
        yield place.read_bytes()[: place.stat().st_size // 2]
        raise ConnectionResetError

    try:
        client.post("/api/v1/memories/main/imports?name=cut.tmx", content=part())
    except (ConnectionResetError, httpx.HTTPError):
        return


if __name__ == "__main__":
    main()
