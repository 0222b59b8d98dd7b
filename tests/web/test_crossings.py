"""A translation in another order: moved to the unit where it belongs, by keys and by mouse, and back."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from align.datatypes import Finding, TranslationUnit
from align.report.strings import Language
from align.report.wording import message_in
from align.terms.checking.omissions import told_elsewhere
from web.site import Running, ToyTools, chinese, english, running
from web.test_browser import Reader, exported, opened

pytestmark = pytest.mark.browser
WITHIN = """
const menu = document.querySelector("#toolbar details.menu div").getBoundingClientRect();
return menu.width > 0 && menu.left >= 0 && menu.right <= innerWidth;
"""
Picture = Callable[[Any, str], None]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Running]:
    """A folder with two documents of sixty lines."""
    (tmp_path / "zh.txt").write_text(chinese(60), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(60), encoding="utf-8")
    with running(tmp_path, ToyTools()) as found:
        yield found


def targets(reader: Reader) -> list[str]:
    """The translations of the exported units, in their order."""
    return [json.loads(line)["target"] for line in exported(reader, "jsonl").splitlines()]


def speaks(number: int) -> str:
    return f"Sentence {number} speaks of peacekeeping operations and A4P."


def moving(reader: Reader) -> bool:
    return bool(reader.script("return !document.getElementById('moving').hidden"))


def test_a_translation_is_carried_down_by_keys_and_taken_back(browser: Any, site: Running) -> None:
    from selenium.webdriver import Keys

    reader = opened(browser, site)
    reader.press("j", "v")
    reader.until(lambda: moving(reader))
    assert reader.script("return document.querySelector('.unit.moved').dataset.id") == "1-1"
    reader.press("j", "j", "j")
    reader.until(lambda: reader.current() == "4-4")
    reader.act(Keys.ENTER, "Moved. What was there took its place, and waits for you.")
    assert not moving(reader)
    reader.until(lambda: reader.current() == "4-1")
    found = targets(reader)
    assert (found[4], found[1], found[3]) == (speaks(1), speaks(4), speaks(3))
    row = reader.one("#r4-1")
    assert "after that of 1 | 1" in row.text.replace("\n", " ")
    assert "the text has that of 5 | 2" in reader.one("#r0-0").text.replace("\n", " ")
    reader.act("u", "Taken back.")
    assert targets(reader) == [speaks(n) if n != 7 else found[7] for n in range(60)]
    assert not reader.all(".notes .order")
    assert [line for line in reader.errors() if "Autofocus" not in line] == []


def test_alt_and_an_arrow_carry_and_escape_leaves_everything(browser: Any, site: Running) -> None:
    from selenium.webdriver import ActionChains, Keys

    reader = opened(browser, site)
    before = targets(reader)
    reader.press("j", "j")
    for _ in range(2):
        ActionChains(browser).key_down(Keys.ALT).send_keys(Keys.ARROW_DOWN).key_up(
            Keys.ALT
        ).perform()
    reader.until(lambda: moving(reader) and reader.current() == "4-4")
    reader.press(Keys.ESCAPE)
    reader.until(lambda: not moving(reader))
    assert targets(reader) == before
    ActionChains(browser).key_down(Keys.ALT).send_keys(Keys.ARROW_UP).key_up(Keys.ALT).perform()
    reader.until(lambda: moving(reader) and reader.current() == "3-3")
    reader.act(Keys.ENTER, "Moved. What was there took its place, and waits for you.")
    assert targets(reader)[3:5] == [speaks(4), speaks(3)]


def test_a_translation_is_moved_by_mouse_far_down_kept_and_put_back_in_another_visit(
    browser: Any, site: Running, tmp_path: Path, picture: Picture
) -> None:
    reader = opened(browser, site)
    reader.one("#r2-2 .cell[data-side=target]").click()
    reader.one("#toolbar details.menu summary").click()
    reader.one("#toolbar [data-do=move]").click()
    reader.until(lambda: moving(reader))
    reader.script("document.getElementById('r30-30').scrollIntoView({ block: 'center' })")
    reader.one("#r30-30 .place").click()
    picture(browser, "moving")
    reader.one("#moving [data-do=move-here]").click()
    reader.until(lambda: reader.current() == "30-2")
    assert (targets(reader)[30], targets(reader)[2]) == (speaks(2), speaks(30))
    units = ElementTree.fromstring(exported(reader, "tmx")).findall("body/tu")
    moved = [tu for tu in units if "x-order" in {prop.get("type") for prop in tu.findall("prop")}]
    assert [tu.findall("tuv/seg")[1].text for tu in moved] == [speaks(30), speaks(2)]
    picture(browser, "crossed")
    browser.refresh()
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    reader.until(lambda: reader.current() == "30-2")
    (place,) = tmp_path.glob("*.alignproject")
    site.desk.close()
    with running(tmp_path, ToyTools(), first=place.name) as again:
        browser.get(again.entrance)
        reader.until(lambda: reader.script("return document.body.dataset.ready"))
        reader.script("document.getElementById('r30-2').scrollIntoView({ block: 'center' })")
        reader.one("#r30-2 [data-do=put-back]").click()
        reader.hear("Each stands in its own place again.")
        row = reader.one("#r30-30")
        assert "No English counterpart" in row.text
        # what had gone to the unit above is in order again: nothing else is crossed with it
        assert reader.script("return document.querySelectorAll('.unit .order').length") in (0, 2)


def test_a_unit_without_a_translation_has_none_to_move(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(chinese(6), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(5), encoding="utf-8")
    with running(tmp_path, ToyTools()) as site:
        reader = opened(browser, site)
        reader.press(*"jjjjj")
        reader.until(lambda: reader.current() == "5-5")
        reader.act("v", "This unit has no translation to move.")
        assert not moving(reader)
        reader.press("k", "v", "j")
        reader.until(lambda: reader.current() == "5-5")
        reader.act("v", "Moved.")
        assert targets(reader)[4:] == ["", speaks(4)]


def test_the_menu_of_more_actions_stays_within_the_window(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    for width in (1400, 1250, 1100, 900):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        reader.script("document.querySelector('#toolbar details.menu').open = false")
        reader.one("#toolbar details.menu summary").click()
        reader.until(lambda: reader.script(WITHIN))


class TellingTools(ToyTools):
    """Finds of the second unit that its counterpart is the first."""

    def check(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """One finding, as the real check tells it."""
        return list(told_elsewhere(units[:2], {1: 0}))


def test_another_language_is_that_of_the_findings_at_once(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(chinese(4), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(4), encoding="utf-8")
    with running(tmp_path, TellingTools()) as site:
        reader = opened(browser, site)
        reader.until(lambda: reader.all("#r1-1 .notes li"))
        (project,) = (entry for entry in site.desk.entries() if entry.kind == "project")
        session = site.desk.session(project.key)
        (found,) = session.checks.of("1-1")
        here = browser.current_url.split("?")[0].split("#")[0]
        languages: list[Language] = ["zh", "en", "zh"]
        for ui in languages:
            browser.get(f"{here}?ui={ui}")
            reader.until(lambda: reader.script("return document.body.dataset.ready"))
            assert message_in(found, ui) in reader.one("#r1-1 .notes").text
        assert message_in(found, "en") != message_in(found, "zh")
