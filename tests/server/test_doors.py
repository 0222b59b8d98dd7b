"""The requests of other tools, as their sources write them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from .conftest import UNITS, Team


def weblate(team: Team, base: str, source: str, target: str, text: str) -> Any:
    """As Weblate's tmserver machinery asks: codes with underscores, the text quoted whole."""
    codes = [code.replace("-", "_").lower() for code in (source, target)]
    text = quote(text[:500].replace("\r", " ").encode(), safe="")
    answer = team.client.get(f"{base}/{codes[0]}/{codes[1]}/unit/{text}")
    answer.raise_for_status()
    return answer.json()


def base_of(team: Team, memory: str = "main") -> str:
    return f"http://user:{team.tokens['reader']}@testserver/amagama/{memory}"


def test_weblate_gets_matches(team: Team) -> None:
    found = weblate(team, base_of(team), "zh_Hans", "en", "会议下午7时散会。")
    assert found == [{"source": UNITS[1][0], "target": UNITS[1][1], "quality": 94, "rank": 94.0}]
    back = weblate(team, base_of(team), "en", "zh-Hans", UNITS[1][1])
    assert (back[0]["target"], back[0]["quality"]) == (UNITS[1][0], 100)


def test_weblate_asks_for_the_languages(team: Team) -> None:
    answer = team.client.get(f"{base_of(team)}/languages/")
    found = answer.json()
    for code in ("zh_hans", "zh_cn", "zh", "en", "en_us"):
        assert code in found["sourceLanguages"]
        assert code in found["targetLanguages"]


@pytest.mark.parametrize(
    "text",
    ["a/b", "a\nb", "100%", "?", "#", "和/或\n", "A4P+", "a&b=c", " "],
    ids=range(9),
)
def test_any_text_may_stand_in_the_path(team: Team, memory_name: str, text: str) -> None:
    if text.strip():
        body = {"source": f"{text} 路", "target": f"{text} path"}
        assert team.post("contributor", f"/api/v1/memories/{memory_name}/units", body).is_success
        found = weblate(team, base_of(team, memory_name), "zh", "en", f"{text} 路")
        assert [match["quality"] for match in found] == [100]
    weblate(team, base_of(team), "zh", "en", text)


def test_the_options_of_amagama(team: Team) -> None:
    base = base_of(team)
    path = f"{base}/zh/en/unit/{quote('会议下午7时散会。')}"
    assert team.client.get(path, params={"min_similarity": 100}).json() == []
    assert len(team.client.get(path, params={"max_candidates": 1}).json()) == 1
    assert team.client.get(path, params={"max_candidates": "x"}).status_code == 400
    assert weblate(team, base, "fr", "en", UNITS[1][1]) == []
    assert weblate(team, base, "zh", "fr", UNITS[1][0]) == []


def test_the_token_may_stand_in_the_path(team: Team) -> None:
    base = f"/key/{team.tokens['reader']}/amagama/main"
    assert weblate(team, base, "zh", "en", UNITS[0][0])[0]["quality"] == 100


def omegat(team: Team, server: str, text: str, langs: tuple[str, str], key: str) -> Any:
    """As OmegaT's Apertium connector asks: its format string, and what it reads of the answer."""
    url = "{}/translate?q={}&markUnknown=no&langpair={}|{}&key={}".format(
        server, quote_plus(text), *langs, key
    )
    answer = team.client.get(url)
    told = json.loads(answer.content)
    if told.get("responseStatus") != 200:
        return None
    return told["responseData"]["translatedText"]


def test_omegat_gets_the_translation_of_the_same_text_alone(team: Team) -> None:
    key = team.tokens["reader"]
    for langs in (("zh_CN", "en_US"), ("zh", "en_US"), ("zh", "en")):
        assert omegat(team, "/apertium/main", UNITS[1][0], langs, key) == UNITS[1][1]
    assert omegat(team, "/apertium/main", UNITS[1][1], ("en_US", "zh"), key) == UNITS[1][0]
    assert omegat(team, "/apertium/main", "会议下午7时散会。", ("zh", "en"), key) == ""
    assert omegat(team, "/apertium/main/90", "会议下午7时散会。", ("zh", "en"), key) == UNITS[1][1]
    assert omegat(team, "/apertium/main", "没有的话", ("zh", "en"), key) == ""
    assert omegat(team, "/apertium/main", UNITS[1][0], ("zh", "en"), "wrong") is None


def test_apertium_lists_its_pairs(team: Team) -> None:
    answer = team.client.get("/apertium/main/listPairs", params={"key": team.tokens["reader"]})
    found = answer.json()
    assert found["responseStatus"] == 200
    assert {"sourceLanguage": "zh", "targetLanguage": "en"} in found["responseData"]


def test_a_key_in_the_query_opens_no_other_address(team: Team) -> None:
    answer = team.client.get("/api/v1/me", params={"key": team.tokens["reader"]})
    assert answer.status_code == 401
