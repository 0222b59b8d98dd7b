"""Hostile requests against a real server: refused, each for its own reason."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from align import project
from align.datatypes import Document
from align.errors import InputError
from align.web.opened_folder import UPLOAD_LIMIT, OpenedFolder, safe_name
from align.web.request_guard import token_of
from web.site import KEY, Running, ToyTools, chinese, english, running

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&bad"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "open"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("outside\n")
    (folder / "zh.txt").write_text(chinese(12) + "甲" + EVIL + "\n", encoding="utf-8")
    (folder / "en.txt").write_text(english(12) + EVIL + "\n", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "folder-link").symlink_to(tmp_path)
    with running(folder, ToyTools()) as found:
        yield found


def ask(
    server: Running,
    method: str,
    path: str,
    body: Any = None,
    *,
    leave_out: tuple[str, ...] = (),
    **headers: str,
) -> tuple[int, dict[str, str], str]:
    """A request as the page makes it, but for the headers that are given or left out."""
    host = server.url.removeprefix("http://")
    sent = {
        "Host": host,
        "Cookie": f"align_{host.rsplit(':', 1)[1]}={KEY}",
        "Origin": server.url,
        "X-Align-Token": token_of(KEY),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    connection = http.client.HTTPConnection(host, timeout=120)
    try:
        connection.putrequest(method, path, skip_host=True)
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        for name, value in sent.items():
            if name not in leave_out:
                connection.putheader(name, value)
        if "Content-Length" not in sent:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def pair(server: Running) -> str:
    """Align the two documents; gives the address of the project."""
    keys = {entry.name: entry.key for entry in server.desk.entries()}
    body = {"first": keys["en.txt"], "second": keys["zh.txt"]}
    job = json.loads(ask(server, "POST", "/pairs", body)[2])["job"]
    for _ in range(4000):
        told = json.loads(ask(server, "GET", f"/jobs/{job}")[2])
        if told["stage"] in ("done", "failed"):
            break
        time.sleep(0.05)
    assert (told["stage"], told["error"]) == ("done", "")
    return f"/p/{told['project']}"


def test_the_page_works_as_the_page_asks(server: Running) -> None:
    where = pair(server)
    status, _, page = ask(server, "GET", where)
    assert status == 200
    assert page.count('class="unit ') == 13
    status, _, told = ask(server, "POST", f"{where}/act", {"do": "merge", "row": "0-0"})
    assert (status, json.loads(told)["removed"]) == (200, ["0-0", "1-1"])
    # a row that has gone since: the page asks for what comes next while one reads
    status, _, told = ask(server, "GET", f"{where}/ahead?row=1-1&order=gravity")
    assert (status, json.loads(told)) == (200, {"ahead": []})


def test_the_page_names_its_columns_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(chinese(12), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(12), encoding="utf-8")
    for from_english, heads in ((False, ("Chinese", "English")), (True, ("English", "Chinese"))):
        with running(tmp_path, ToyTools()) as server:
            server.desk.from_english = from_english
            _, _, page = ask(server, "GET", pair(server))
        wanted = "".join(f"<span>{head}</span>" for head in heads)
        assert f'<div class="heads" aria-hidden="true"><span></span>{wanted}</div>' in page


class _Warning(ToyTools):
    def read(self, path: Path) -> Document:
        """A line a sentence, with a warning of the Chinese document."""
        made = super().read(path)
        return replace(made, warnings=("3 <bytes> are damaged",)) if "zh" in path.name else made


def test_the_page_says_what_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(chinese(12), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(12), encoding="utf-8")
    for tools, said in ((_Warning(), 1), (ToyTools(), 0)):
        with running(tmp_path, tools) as server:
            page = ask(server, "GET", pair(server))[2]
        assert page.count("<li>zh.txt: 3 &lt;bytes&gt; are damaged</li>") == said
        assert ("Read with warnings (1)" in page) == bool(said)
        for made in tmp_path.glob("*.alignproject"):
            made.unlink()


# ------------------------------------------------------------------------ who may ask


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost.evil:1", ""]
)
def test_a_forged_host_is_refused(server: Running, host: str) -> None:
    assert ask(server, "GET", "/", Host=host)[0] == 403
    assert ask(server, "GET", "/static/page.js", Host=host)[0] == 403


def test_localhost_is_the_same_place(server: Running) -> None:
    port = server.url.rsplit(":", 1)[1]
    assert ask(server, "GET", "/", Host=f"localhost:{port}")[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", ""])
def test_a_change_from_another_site_is_refused(server: Running, origin: str) -> None:
    where = pair(server)
    before = ask(server, "GET", f"{where}/export/jsonl")[2]
    answer = ask(server, "POST", f"{where}/act", {"do": "merge", "row": "0-0"}, Origin=origin)
    assert (answer[0], answer[2]) == (403, "this request comes from another site\n")
    assert ask(server, "GET", f"{where}/export/jsonl")[2] == before


def test_a_change_without_origin_or_token_is_refused(server: Running) -> None:
    where = pair(server)
    body = {"do": "merge", "row": "0-0"}
    assert ask(server, "POST", f"{where}/act", body, leave_out=("Origin",))[0] == 403
    assert ask(server, "POST", f"{where}/act", body, leave_out=("X-Align-Token",))[0] == 403
    assert ask(server, "POST", f"{where}/act", body, X_Align_Token=KEY)[0] == 403
    assert ask(server, "GET", f"{where}/act")[0] == 405


def test_without_the_key_nothing_is_shown(server: Running) -> None:
    where = pair(server)
    for path in ("/", where, f"{where}/rows?from=0-0", f"{where}/export/tmx", "/jobs/1"):
        status, _, text = ask(server, "GET", path, leave_out=("Cookie",))
        assert (status, "维持" in text) == (403, False)
        assert ask(server, "GET", path, Cookie="align_1=wrong; x")[0] == 403
    assert ask(server, "GET", "/?key=wrong", leave_out=("Cookie",))[0] == 403


def test_the_key_in_the_address_becomes_a_cookie_that_scripts_cannot_read(server: Running) -> None:
    status, headers, _ = ask(server, "GET", f"/?key={KEY}", leave_out=("Cookie",))
    assert (status, headers["location"]) == (303, "/?open=1")
    assert "httponly" in headers["set-cookie"].lower()
    assert "samesite=strict" in headers["set-cookie"].lower()


def test_the_printed_address_opens_the_named_project_as_often_as_it_is_opened(
    tmp_path: Path,
) -> None:
    (tmp_path / "zh.txt").write_text(chinese(6), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(6), encoding="utf-8")
    with running(tmp_path, ToyTools()) as server:
        pair(server)
    (place,) = tmp_path.glob("*.alignproject")
    with running(tmp_path, ToyTools(), first=place.name) as server:
        for _ in range(2):
            status, headers, _ = ask(server, "GET", "/?open=1")
            assert (status, headers["location"][:3]) == (303, "/p/")
        status, _, page = ask(server, "GET", "/")  # the way back to the folder
        assert (status, place.name in page) == (200, True)


def test_every_answer_carries_the_policy(server: Running) -> None:
    for path in ("/", "/static/page.js", "/nowhere"):
        _, headers, _ = ask(server, "GET", path)
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert ask(server, "GET", "/", Host="evil")[1]["content-security-policy"]


def test_no_page_has_inline_script_or_style(server: Running) -> None:
    where = pair(server)
    for path in ("/", where, f"{where}/queue", f"{where}/queue?state=notes", "/sources"):
        page = ask(server, "GET", path)[2]
        for tag in re.findall(r"<script\b[^>]*>", page):
            assert "src=" in tag or 'type="application/json"' in tag
        assert "<style" not in page
        assert not re.search(r"<[^>]*\s(style|on\w+)=", re.sub(r'"[^"]*"', '""', page))


# ------------------------------------------------------------------------ where they may look


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd",
        "/p/../../secret.txt", "/p/..%2f..%2fsecret.txt", "/p/%2e%2e", "/p/zh.txt",
        "/p/secret.txt", "/p/0000000000000000", "/p/0000000000000000/export/tmx", "/..",
    ],
)  # fmt: skip
def test_paths_lead_nowhere(server: Running, path: str) -> None:
    status, _, text = ask(server, "GET", path)
    assert status in (400, 404)
    assert "outside" not in text or "opened folder" in text
    assert "import" not in text


def test_links_that_lead_out_are_not_listed(server: Running) -> None:
    assert [entry.name for entry in server.desk.entries()] == ["en.txt", "zh.txt"]
    key = server.desk.key(server.desk.root / "link.txt")
    with pytest.raises(InputError):
        server.desk.find(key)
    body = {"first": key, "second": server.desk.entries()[0].key}
    assert ask(server, "POST", "/pairs", body)[0] == 400


def test_a_project_that_is_a_link_out_is_not_written(server: Running, tmp_path: Path) -> None:
    outside = tmp_path / "victim"
    outside.write_text("mine")
    (server.desk.root / f"zh – en{project.SUFFIX}").symlink_to(outside)
    keys = [entry.key for entry in server.desk.entries()]
    job = json.loads(ask(server, "POST", "/pairs", {"first": keys[0], "second": keys[1]})[2])
    for _ in range(4000):
        told = json.loads(ask(server, "GET", f"/jobs/{job['job']}")[2])
        if told["stage"] in ("done", "failed"):
            break
        time.sleep(0.05)
    assert told["stage"] == "failed"
    assert outside.read_text() == "mine"


def test_only_the_named_file_is_open(tmp_path: Path) -> None:
    (tmp_path / "other.tmx").write_text("<tmx/>")
    (tmp_path / "this.tmx").write_text("<tmx/>")
    desk = OpenedFolder(tmp_path, ToyTools(), only=[tmp_path / "this.tmx"])
    assert [entry.name for entry in desk.entries()] == ["this.tmx"]


# ------------------------------------------------------------------------ how much they may send


def upload(server: Running, name: str, data: bytes) -> tuple[int, str]:
    status, _, text = ask(server, "POST", "/files", data, X_File_Name=name)
    return status, text


def test_a_document_is_taken_in_under_a_name_that_is_free(server: Running) -> None:
    assert upload(server, "new.txt", "一。\n".encode())[0] == 200
    assert upload(server, "new.txt", b"other\n")[0] == 200
    names = [entry.name for entry in server.desk.entries()]
    assert names == ["en.txt", "new (2).txt", "new.txt", "zh.txt"]
    assert (server.desk.root / "new.txt").read_text(encoding="utf-8") == "一。\n"


def test_an_upload_of_200_megabytes_is_refused_before_it_is_sent(server: Running) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=120) as raw:
        raw.sendall(
            f"POST /files HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: align_{port}={KEY}\r\n"
            f"Origin: {server.url}\r\nX-Align-Token: {token_of(KEY)}\r\nX-File-Name: a.txt\r\n"
            f"Content-Length: {200 << 20}\r\n\r\n".encode()
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413 ")
    assert not list(server.desk.root.glob("*a.txt*"))


def test_an_endless_upload_without_a_length_is_cut_off(server: Running) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    piece = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20))
    with socket.create_connection((host, int(port)), timeout=120) as raw:
        raw.sendall(
            f"POST /files HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: align_{port}={KEY}\r\n"
            f"Origin: {server.url}\r\nX-Align-Token: {token_of(KEY)}\r\nX-File-Name: b.txt\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 200:
                raw.sendall(piece)
                sent += 1
    assert sent < 200
    assert not [
        path for path in server.desk.root.iterdir() if "b.txt" in path.name or "part" in path.name
    ]


def test_a_large_change_is_refused(server: Running) -> None:
    where = pair(server)
    assert ask(server, "POST", f"{where}/act", Content_Length=str(2 << 20))[0] == 413
    body = json.dumps({"do": "edit", "row": "0-0", "text": "x" * 40_000}).encode()
    assert ask(server, "POST", f"{where}/act", body)[0] == 409
    assert UPLOAD_LIMIT == 50 << 20


@pytest.mark.parametrize(
    "name", ["", ".hidden.txt", "..", "../..", "a.exe", "x.alignproject", "a\nb.txt", "CON:.txt",
             "a" * 300 + ".txt"],
)  # fmt: skip
def test_bad_file_names_are_refused(server: Running, name: str) -> None:
    from urllib.parse import quote

    before = sorted(os.listdir(server.desk.root))
    assert upload(server, quote(name), b"text")[0] == 400
    assert sorted(os.listdir(server.desk.root)) == before


def test_a_file_name_loses_its_folders() -> None:
    assert safe_name("../../etc/zh.txt") == "zh.txt"
    assert safe_name("C:\\x\\..\\维和.docx") == "维和.docx"


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff", b'{"do": 3, "row": {}}'])
def test_a_change_that_is_no_change_is_refused(server: Running, body: bytes) -> None:
    where = pair(server)
    assert ask(server, "POST", f"{where}/act", body)[0] in (400, 409)


@pytest.mark.parametrize(
    "path", ["rows?from=x", "rows?from=-1", "rows?from=" + "9" * 400 + "-1", "rows", "export/exe"]
)
def test_a_place_that_is_none_is_refused(server: Running, path: str) -> None:
    where = pair(server)
    assert ask(server, "GET", f"{where}/{path}")[0] in (200, 400, 404)


# ------------------------------------------------------------------------ what they may write


def test_scripts_in_segments_stay_text_everywhere(server: Running) -> None:
    where = pair(server)
    body = {"do": "comment", "row": "0-0", "text": EVIL}
    told = json.loads(ask(server, "POST", f"{where}/act", body)[2])
    body = {"do": "edit", "row": "0-0", "side": "target", "text": EVIL}
    told = json.loads(ask(server, "POST", f"{where}/act", body)[2])
    pages = [told["html"]]
    for path in ("", "/queue", "/queue?state=done", "/search?q=alert", "/lookup?q=" + "%3Cscript%3E",
                 "/rows?from=0-0", "/export/html"):  # fmt: skip
        status, _, page = ask(server, "GET", where + path)
        assert status == 200
        pages.append(page)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
    assert sum("&lt;script&gt;alert(1)" in page for page in pages) >= 5


@pytest.mark.parametrize(
    "others",
    ["a=b c; {own}", "{own}; x[1]=(2)", "=nothing; {own}", "theme=\"dark; {own}", "ü=1; {own}", "a;b;;{own}"],
    ids=["blank-in-value", "brackets", "no-name", "open-quote", "not-ascii", "no-equals"],
)  # fmt: skip
def test_a_cookie_of_another_application_does_not_lock_the_user_out(
    server: Running, others: str
) -> None:
    own = f"align_{server.url.rsplit(':', 1)[1]}={KEY}"
    assert (
        ask(server, "GET", "/", Cookie=others.format(own=own).encode().decode("latin-1"))[0] == 200
    )
    wrong = own.replace(KEY, "x")
    assert (
        ask(server, "GET", "/", Cookie=others.format(own=wrong).encode().decode("latin-1"))[0]
        == 403
    )


@pytest.mark.parametrize("cookie", [True, False], ids=["with-key", "without"])
def test_too_many_fields_are_a_bad_request(server: Running, cookie: bool) -> None:
    left_out = () if cookie else ("Cookie",)
    for path in ("/", "/jobs/x"):
        status, _, text = ask(server, "GET", path + "?" + "a=1&" * 5000, leave_out=left_out)
        assert (status, text) == (400, "at most 20 fields can be asked with\n")


def test_deep_json_is_a_bad_request(server: Running) -> None:
    for body in (
        "[" * 100_000,
        '{"a":' * 5000 + "1" + "}" * 5000,
        '{"do": NaN}',
        '{"do": "\\ud800"}',
    ):
        assert ask(server, "POST", "/pairs", body.encode())[0] == 400


def test_a_connection_that_says_too_little_is_closed() -> None:
    import asyncio

    import uvicorn
    from starlette.responses import PlainTextResponse

    from align.web.idle_connections import timely_protocol
    from align.web.request_guard import Guard

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    port = listening.getsockname()[1]

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("read")(scope, receive, send)

    async def refusing(scope: Any, receive: Any, send: Any) -> None:
        from align.web.request_guard import TooSlowError

        try:
            await reading(scope, receive, send)
        except TooSlowError:
            await PlainTextResponse("slow", 408)(scope, receive, send)

    guard = Guard(
        refusing, hosts=[f"127.0.0.1:{port}"], key=KEY, port=port,
        limit=lambda path: 1 << 20, denied="no", patience=0.5,
    )  # fmt: skip
    head = (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: align_{port}={KEY}\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nX-Align-Token: {token_of(KEY)}\r\nContent-Length: 9\r\n\r\n"
    )

    def first_answer(sent: str, more: str = "") -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(sent.encode())
            if more:
                time.sleep(0.1)
                client.sendall(more.encode())
            with contextlib.suppress(ConnectionError):
                return client.recv(4096)
        return b""

    async def main() -> list[bytes]:
        config = uvicorn.Config(
            guard, http=timely_protocol(0.5), log_level="critical", lifespan="off", ws="none"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        asked = [("", ""), (head[:40], ""), (head, "1234"), (head, "123456789")]
        found = await asyncio.gather(*(asyncio.to_thread(first_answer, *each) for each in asked))
        server.should_exit = True
        await serving
        return found

    silent, half_a_head, half_a_body, whole = asyncio.run(main())
    listening.close()
    assert (silent, half_a_head) == (b"", b"")
    assert half_a_body.startswith(b"HTTP/1.1 408 ")
    assert whole.startswith(b"HTTP/1.1 200 ")
