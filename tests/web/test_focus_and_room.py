"""Keys go where one looks: no key moves the focus into a box unasked, and no bar covers an editor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web.site import Running, ToyTools, chinese, english, running
from web.test_browser import TERMS, Reader, opened

pytestmark = pytest.mark.browser
ACTIVE = "return document.activeElement.tagName"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Running]:
    """Two documents of thirty lines, of which the fourth has no known term."""
    zh, en = chinese(30).splitlines(), english(30).splitlines()
    zh[3], en[3] = "鲸鱼在夜里唱歌。", "The whale sings at night."
    (tmp_path / "zh.txt").write_text("\n".join(zh), encoding="utf-8")
    (tmp_path / "en.txt").write_text("\n".join(en), encoding="utf-8")
    with running(tmp_path, ToyTools(TERMS)) as found:
        yield found


def go(reader: Reader, place: int) -> None:
    """Make a row the current one."""
    reader.script("document.querySelectorAll('.unit .meta')[arguments[0]].click()", place)
    reader.until(
        lambda: reader.script(
            "return document.querySelectorAll('.unit')[arguments[0]].matches('.current')", place
        )
    )


def test_a_row_without_terms_leaves_the_keys_where_they_were(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    go(reader, 3)
    here = reader.current()
    reader.act("t", "No known term in this unit: select words and press t to look them up.")
    assert reader.script(ACTIVE) != "INPUT"
    assert reader.one("#pane-lookup").is_displayed()
    reader.press("j", "t", "j", "k")  # none of them is typed into a box
    reader.until(lambda: reader.current() != here)
    assert reader.script("return document.getElementById('q-lookup').value") in (
        "", "维持和平行动", "以行动促维和",
    )  # fmt: skip
    assert not any("j" in box.get_attribute("value") for box in reader.all("#pane-lookup input"))


@pytest.mark.parametrize("key", [*"jknNhlt"], ids=str)
def test_a_key_that_opens_no_editor_takes_no_focus(browser: Any, site: Running, key: str) -> None:
    reader = opened(browser, site)
    go(reader, 3)
    reader.press(key)
    reader.press("t")
    reader.until(lambda: not reader.one("#pane-lookup").get_attribute("hidden"))
    assert reader.script(ACTIVE) not in ("INPUT", "TEXTAREA")


ROOM = """
const box = document.querySelector(arguments[0]);
const bar = document.getElementById('told');
bar.textContent = 'What the bar says, long enough to be as wide as any. '.repeat(2);
const [one, other] = [box.getBoundingClientRect(), bar.getBoundingClientRect()];
const below = innerHeight - one.bottom;
const covered = one.left < other.right && other.left < one.right
  && one.top < other.bottom && other.top < one.bottom;
return [covered, below >= 0];
"""


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("key", "box"),
    [("e", ".editor"), ("c", ".editor"), ("s", ".choosing, .cutting")],
    ids=["text", "comment", "split"],
)
def test_the_bar_covers_nothing_of_the_last_row(
    browser: Any, site: Running, key: str, box: str, phone: bool
) -> None:
    reader = opened(browser, site)
    if phone:
        size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    go(reader, len(reader.all(".unit")) - 1)
    reader.press(key)
    reader.until(lambda: reader.all(box))
    reader.until(lambda: reader.script(ROOM, box) == [False, True], seconds=5)
