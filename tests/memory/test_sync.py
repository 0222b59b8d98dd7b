"""Two memories brought together: what goes where, what is a conflict, what is never lost."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.memory import Memory
from align.memory.opening import open_memory
from align.memory.sync import SyncReport, sync

from .conftest import NOW

LATER = "20260202T000000Z"
BASE = [TranslationUnit(f"第{n}条", f"Article {n}", id=f"u{n}", origin="o") for n in range(6)]


class Two:
    """A local memory and the team's."""

    def __init__(self, folder: Path, remote: str) -> None:
        self.folder = folder
        self.local = open_memory(folder / "l.tm", create=True)
        self.remote = open_memory(remote, create=True)

    def sync(self, dry_run: bool = False) -> SyncReport:
        return sync(
            self.local,
            self.remote,
            state=self.folder / "state",
            kept=self.folder / "kept",
            now=LATER,
            dry_run=dry_run,
        )

    def close(self) -> None:
        self.local.close()
        self.remote.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    remote = str(tmp_path / "r.tm")
    if request.param == "postgresql":
        give: Callable[[], str] = request.getfixturevalue("postgres")
        remote = give()
    made = Two(tmp_path, remote)
    yield made
    made.close()


def there(memory: Memory) -> set[tuple[str, str, str]]:
    return {(unit.id, unit.source, unit.target) for unit in memory.places()}


def change(memory: Memory, number: int, target: str, changed: str = NOW) -> None:
    """As a correction does it: the place leaves the old unit for a new one."""
    (old,) = [unit for unit in memory.places() if unit.id == f"u{number}"]
    assert memory.drop([old]) == 1
    memory.add([replace(old, target=target, changed=changed)], origin="o", now=NOW)


def test_what_is_new_goes_to_the_other_side(two: Two) -> None:
    two.local.add(BASE[:3], origin="o", now=NOW)
    two.remote.add(BASE[2:5], origin="o", now=NOW)
    assert two.sync(dry_run=True).to_remote == 2
    assert len(two.remote) == 3
    assert two.sync() == SyncReport(to_remote=2, to_local=2)
    assert there(two.local) == there(two.remote)
    assert len(there(two.local)) == 5
    assert two.sync() == SyncReport()


def test_a_correction_on_one_side_is_followed_and_the_old_text_does_not_come_back(two: Two) -> None:
    two.local.add(BASE, origin="o", now=NOW)
    two.sync()
    change(two.remote, 1, "Rule 1")
    change(two.local, 2, "Rule 2")
    assert two.sync() == SyncReport(to_remote=1, to_local=1)
    assert there(two.local) == there(two.remote)
    texts = {target for _, _, target in there(two.local)}
    assert {"Rule 1", "Rule 2"} <= texts
    assert not {"Article 1", "Article 2"} & texts
    assert two.local.concordance("Article 1") == []
    assert two.sync() == SyncReport()


def test_what_was_removed_on_one_side_goes_and_is_written_down(two: Two) -> None:
    two.local.add(BASE, origin="o", now=NOW)
    two.sync()
    two.remote.drop([BASE[0]])
    two.local.drop([BASE[5]])
    assert two.sync() == SyncReport(removed_remote=1, removed_local=1)
    assert there(two.local) == there(two.remote)
    assert len(there(two.local)) == 4
    kept = [json.loads(line) for line in (two.folder / "kept").read_text().splitlines()]
    assert {line["local"]["target"] for line in kept if line["replaced"] == "local"} == {
        "Article 0"
    }
    assert {line["remote"]["target"] for line in kept if line["replaced"] == "remote"} == {
        "Article 5"
    }


def test_of_two_texts_for_one_place_both_are_kept_and_shown(two: Two) -> None:
    two.local.add(BASE, origin="o", now=NOW)
    two.sync()
    change(two.local, 3, "here")
    change(two.remote, 3, "there")
    report = two.sync()
    (conflict,) = report.conflicts
    assert conflict.kind == "text"
    assert conflict.local is not None
    assert conflict.remote is not None
    assert (conflict.local.target, conflict.remote.target) == ("here", "there")
    assert there(two.local) == there(two.remote)
    (variant,) = [u for u in two.remote.places() if u.target == "here"]
    assert variant.state == "draft"
    assert variant.id.startswith("u3~")
    assert variant.note == "differs from the team's unit"
    assert two.sync() == SyncReport()


def test_what_was_changed_here_and_removed_there_stays(two: Two) -> None:
    two.local.add(BASE, origin="o", now=NOW)
    two.sync()
    change(two.local, 4, "kept")
    two.remote.drop([BASE[4]])
    assert [c.kind for c in two.sync().conflicts] == ["removed there"]
    assert "kept" in {target for _, _, target in there(two.remote)}
    assert there(two.local) == there(two.remote)


def test_of_details_the_later_change_stands(two: Two) -> None:
    two.local.add(BASE, origin="o", now=NOW)
    two.sync()
    two.local.add([replace(BASE[0], note="mine", changed=LATER)], origin="o", now=NOW)
    two.remote.add([replace(BASE[0], note="theirs", changed=NOW)], origin="o", now=NOW)
    assert [c.kind for c in two.sync().conflicts] == ["details"]
    for memory in (two.local, two.remote):
        assert [u.note for u in memory.places() if u.id == "u0"] == ["mine"]
    assert two.sync() == SyncReport()


def test_places_of_one_id_are_all_brought_over(two: Two) -> None:
    same = [TranslationUnit("甲", f"A{n}", id="same", origin="o") for n in range(3)]
    two.local.add([*same, TranslationUnit("乙", "B", origin="o")], origin="o", now=NOW)
    two.sync()
    assert len(there(two.remote)) == 4
    assert there(two.local) == there(two.remote)
    assert two.sync() == SyncReport()


def test_regions_that_each_side_keeps_are_no_change(two: Two) -> None:
    one = TranslationUnit("甲", "A", "zh-CN", "en-US", id="x", origin="o")
    two.local.add([one], origin="o", now=NOW)
    two.remote.add([replace(one, source_lang="zh", target_lang="en-GB")], origin="o", now=NOW)
    assert two.sync() == SyncReport()


def test_after_any_changes_both_sides_are_alike_and_no_text_is_lost(two: Two) -> None:
    draw = random.Random(4)
    two.local.add(BASE, origin="o", now=NOW)
    two.sync()
    for turn in range(8):
        written = {target for memory in (two.local, two.remote) for _, _, target in there(memory)}
        for memory, side in ((two.local, "l"), (two.remote, "r")):
            for unit in list(memory.places()):
                dice = draw.random()
                if dice < 0.15:
                    memory.drop([unit])
                elif dice < 0.35:
                    memory.drop([unit])
                    new = replace(unit, target=f"{side}{turn}{unit.id}", changed=NOW)
                    written.add(new.target)
                    memory.add([new], origin="o", now=NOW)
            fresh = TranslationUnit("新", f"{side}{turn}", id=f"n{side}{turn}", origin="o")
            written.add(fresh.target)
            memory.add([fresh], origin="o", now=NOW)
        present = {target for m in (two.local, two.remote) for _, _, target in there(m)}
        two.sync()
        assert there(two.local) == there(two.remote)
        kept = (two.folder / "kept").read_text() if (two.folder / "kept").exists() else ""
        for target in present & written:
            assert target in {t for _, _, t in there(two.local)} or f'"{target}"' in kept
        assert two.sync() == SyncReport()
