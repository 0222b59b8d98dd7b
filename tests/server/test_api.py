"""What the API answers: units with versions and states, terms with proposals, jobs, checks."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from align.datatypes import TranslationUnit
from align.formats import tmx

from .conftest import UNITS, Team


def test_a_match_says_where_it_is_from(team: Team) -> None:
    (first, *_) = team.get("reader", "/api/v1/memories/main/search", q="会议下午7时散会。").json()
    assert (first["kind"], first["score"], first["target"]) == ("fuzzy", 0.94, UNITS[1][1])
    assert first["cited"] == "A/78/1, para. 3, approver"
    assert first["differences"] == [{"kind": "replace", "query": [2, 6], "match": [2, 6]}]


def test_a_concordance_marks_the_words(team: Team) -> None:
    page = team.get("reader", "/api/v1/memories/main/concordance", q="维和").json()
    assert (page["total"], page["exact"], len(page["hits"])) == (2, True, 2)
    assert page["hits"][0]["source_spans"] == [[4, 6]]


def test_references_of_a_text(team: Team) -> None:
    body = {"text": "会议下午6时散会。维和行动需要明确的任务规定。"}
    first, second = team.post("reader", "/api/v1/memories/main/references", body).json()
    assert first["answers"][0]["text"] == UNITS[1][1]
    assert second["answers"][0]["text"] == UNITS[0][1]
    long = {"text": "会议散会。" * 200}
    assert team.post("reader", "/api/v1/memories/main/references", long).status_code == 400


def test_a_unit_goes_from_draft_to_approved_and_all_is_noted(team: Team, memory_name: str) -> None:
    front = f"/api/v1/memories/{memory_name}"
    made = team.post("contributor", f"{front}/units", {"source": "水源", "target": "well"})
    assert made.status_code == 201
    unit = made.json()
    assert (unit["version"], unit["state"], unit["origin"]) == (1, "draft", "contributor")
    change = {"version": 1, "target": "water source"}
    answer = team.ask("contributor", "PUT", f"{front}/units/{unit['unit']}", json=change)
    new = answer.json()
    assert (new["target"], new["version"], new["state"]) == ("water source", 2, "draft")
    done = team.post(
        "approver", f"{front}/units/{new['unit']}/state", {"version": 2, "state": "approved"}
    ).json()
    assert (done["state"], done["version"]) == ("approved", 3)
    trail = team.get("approver", f"{front}/audit").json()
    assert [(line["user"], line["action"]) for line in trail] == [
        ("approver", "given a state"),
        ("contributor", "corrected"),
        ("contributor", "added"),
        ("admin", "memory made"),
    ]
    assert trail[1]["before"]["target"] == "well"
    assert trail[1]["after"]["target"] == "water source"
    gone = team.ask("approver", "DELETE", f"{front}/units/{done['unit']}", params={"version": 3})
    assert gone.status_code == 200
    assert team.get("reader", f"{front}/search", q="水源").json() == []


def test_of_two_who_change_a_unit_the_second_is_told(team: Team, memory_name: str) -> None:
    front = f"/api/v1/memories/{memory_name}"
    body = {"source": "道路", "target": "way"}
    unit = team.post("contributor", f"{front}/units", body).json()
    begin = threading.Barrier(6)
    answers: list[tuple[int, str]] = []

    def change(number: int) -> None:
        begin.wait()
        target = f"road {number}"
        answer = team.ask(
            "contributor",
            "PUT",
            f"{front}/units/{unit['unit']}",
            json={"version": unit["version"], "target": target},
        )
        answers.append((answer.status_code, target))

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(code for code, _ in answers) == [200, 409, 409, 409, 409, 409]
    (won,) = [target for code, target in answers if code == 200]
    found = team.get("reader", f"{front}/concordance", q="道路").json()
    assert [hit["target"] for hit in found["hits"]] == [won]


def test_a_correction_to_a_text_that_is_there_joins_it(team: Team, memory_name: str) -> None:
    front = f"/api/v1/memories/{memory_name}"
    first = team.post("contributor", f"{front}/units", {"source": "山", "target": "hill"}).json()
    second = team.post("contributor", f"{front}/units", {"source": "山", "target": "hil"}).json()
    answer = team.ask(
        "contributor",
        "PUT",
        f"{front}/units/{second['unit']}",
        json={"version": 1, "target": "hill"},
    ).json()
    assert answer["unit"] == first["unit"]
    assert team.get("reader", f"{front}/concordance", q="山").json()["total"] == 1


def test_only_approved_units_answer_where_that_is_the_policy(team: Team, memory_name: str) -> None:
    front = f"/api/v1/memories/{memory_name}"
    draft = team.post("contributor", f"{front}/units", {"source": "甲方", "target": "A"}).json()
    body = {"source": "乙方", "target": "B", "state": "approved"}
    team.post("approver", f"{front}/units", body)
    assert team.ask("admin", "PATCH", front, json={"approved_only": True}).status_code == 200
    for who in ("reader", "contributor"):
        assert team.get(who, f"{front}/concordance", q="方").json()["total"] == 1
        assert team.get(who, f"{front}/units/{draft['unit']}").status_code == 404
        assert "甲方" not in team.get(who, f"{front}/export.tmx").text
        answer = team.get(who, f"/amagama/{memory_name}/zh/en/unit/甲方")
        assert answer.json() == []
    assert team.get("reader", f"{front}/concordance", q="方", all="true").status_code == 403
    assert team.get("contributor", f"{front}/concordance", q="方", all="true").json()["total"] == 2


def test_a_file_becomes_a_job_with_progress(team: Team, memory_name: str, tmp_path: Any) -> None:
    front = f"/api/v1/memories/{memory_name}"
    place = tmp_path / "a.tmx"
    given = [TranslationUnit(f"第{n}段。", f"Paragraph {n}.", id=f"u{n}") for n in range(300)]
    with place.open("wb") as file:
        tmx.write_units(file, given, created="20260101T000000Z")
    answer = team.ask(
        "contributor", "POST", f"{front}/imports?name=a.tmx", content=place.read_bytes()
    )
    assert answer.status_code == 202
    job = finished(team, answer.json()["job"])
    assert (job["state"], job["units"], job["added"], job["bytes"]) == (
        *("done", 300, 300),
        place.stat().st_size,
    )
    assert team.get("reader", f"/api/v1/jobs/{job['job']}").status_code == 404
    assert team.get("reader", f"{front}/search", q="第7段。").json()[0]["origin"] == "a.tmx"
    exported = team.get("reader", f"{front}/export.tmx").content
    assert exported.count(b"<tu ") == 300


def test_a_file_that_is_broken_says_where(team: Team, memory_name: str) -> None:
    front = f"/api/v1/memories/{memory_name}"
    answer = team.ask("contributor", "POST", f"{front}/imports?name=a.tmx", content=b"<tmx><oops")
    job = finished(team, answer.json()["job"])
    assert job["state"] == "failed"
    assert "a.tmx" in job["error"] or "line" in job["error"]
    assert "/" not in job["error"].replace("</", "")
    for name in ("a.exe", "../../x", ""):
        answer = team.ask("contributor", "POST", f"{front}/imports?name={name}", content=b"x")
        assert answer.status_code == 400


def finished(team: Team, job: str) -> dict[str, Any]:
    for _ in range(400):
        found: dict[str, Any] = team.get("contributor", f"/api/v1/jobs/{job}").json()
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_terms_are_looked_up_proposed_and_decided_on_once(team: Team) -> None:
    front = "/api/v1/termbases/terms"
    (first, *_) = team.get("reader", f"{front}/terms", q="维和行动").json()
    assert (first["match"], first["status"]) == ("exact", "preferred")
    concept = {"terms": [{"text": "蓝盔", "lang": "zh"}, {"text": "blue helmet", "lang": "en"}]}
    number = team.post("contributor", f"{front}/proposals", concept).json()["proposal"]
    assert "蓝盔" not in str(team.get("reader", f"{front}/terms", q="蓝盔").json())
    decision = {"accept": True, "reason": "in use"}
    assert team.post("approver", f"{front}/proposals/{number}", decision).status_code == 200
    assert team.post("approver", f"{front}/proposals/{number}", decision).status_code == 409
    (found, *_) = team.get("reader", f"{front}/terms", q="blue helmet").json()
    assert found["match"] == "exact"
    refused = team.post("contributor", f"{front}/proposals", concept).json()["proposal"]
    team.post("approver", f"{front}/proposals/{refused}", {"accept": False, "reason": "known"})
    states = {p["id"]: p["state"] for p in team.get("reader", f"{front}/proposals").json()}
    assert (states[number], states[refused]) == ("accepted", "refused")
    assert "蓝盔" in team.get("reader", f"{front}/export.tbx").text
    assert team.get("approver", f"{front}/audit").json()[0]["action"] == "refused"


def test_a_check_finds_what_is_wrong(team: Team) -> None:
    units = [{"source": "共有30人。", "target": "There were 13 people."}]
    found = team.post("reader", "/api/v1/check", {"units": units}).json()
    assert any("number" in finding["rule"] for finding in found)


def test_the_description_has_every_address(team: Team) -> None:
    described = team.get("reader", "/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    there = {(m.upper(), p) for p, many in described["paths"].items() for m in many}
    for operation in team.server.operations:
        assert (operation.method, operation.path.replace(":any", "")) in there
    names = [each["operationId"] for many in described["paths"].values() for each in many.values()]
    assert len(names) == len(set(names))


def test_requests_are_counted(team: Team) -> None:
    team.get("reader", "/api/v1/me")
    text = team.get("admin", "/metrics").text
    assert 'align_requests_total{method="GET",path="/api/v1/me",status="200"}' in text


@pytest.mark.parametrize("path", ["/", "/page.js", "/page.css"])
def test_the_page_loads_from_here_alone(team: Team, path: str) -> None:
    answer = team.get(None, path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
