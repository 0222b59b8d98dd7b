"""What the page asks of an opened project: counts, queue, search, checks, units."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from report.sample import document

from align import project
from align.datatypes import IN_ANOTHER_ORDER, Bead, Finding, TranslationUnit, check_partition
from align.errors import InputError
from align.project import Head, edits
from align.project.edits import EditError
from align.web import row_views
from align.web.carried_decisions import carry
from align.web.session import Session
from web.site import ToyTools


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Twenty rows; the English of 7 is bad, 3 and 11 are unsure, 15 has no English."""
    zh = document("zh.txt", "zh-CN", [f"第{n}句維持和平。" for n in range(20)])
    english = [f"Sentence {n} is {'bad' if n == 7 else 'good'}." for n in range(19)]
    en = document("en.txt", "en-US", english)
    sizes = [1] * 15 + [0] + [1] * 4
    rows, t = [], 0
    for n, size in enumerate(sizes):
        score = {3: 0.5, 11: 0.3}.get(n, 0.99)
        rows.append(edits.Row(range(n, n + 1), range(t, t + size), score))
        t += size
    opened = project.create(tmp_path / "p.alignproject", Head(zh, en, None), rows)
    yield Session("key", opened, ToyTools())
    opened.close()


def checked(session: Session) -> None:
    session.checks.begin()
    assert session.checks.settle(10)


def faulty(session: Session) -> list[str]:
    """The rows with findings, once the checks have caught up."""
    assert session.checks.settle(10)
    return [row.id for row in session.rows if session.checks.of(row.id)]


def test_what_waits_is_counted_and_ranked(session: Session) -> None:
    checked(session)
    assert session.stats()["waiting"] == 4
    items = [(item.group, item.row.source.start) for item in session.worklist()]
    assert items == [("left", 7), ("left", 15), ("pairing", 11), ("pairing", 3)]


def test_counts_follow_every_action_as_if_counted_anew(session: Session) -> None:
    checked(session)
    actions: list[tuple[str, str, dict[str, object]]] = [
        ("merge", "2-2", {}), ("reviewed", "11-11", {}), ("rejected", "12-12", {}),
        ("edit", "7-7", {"side": "target", "text": "fine"}), ("split", "2-2", {}),
        ("edit", "8-8", {"side": "target", "text": "bad"}), ("up", "16-15", {"side": "target"}),
        ("pin", "5-5", {}), ("undo", "", {}), ("undo", "", {}), ("redo", "", {}),
    ]  # fmt: skip
    for what, row, options in actions:
        session.act(what, row, options)
        assert session.checks.settle(10)
        counted = session.stats()
        anew = Session("again", session.project, session.tools)
        checked(anew)
        assert anew.stats() == counted, what
        listed = [[item.key for item in one.worklist()] for one in (anew, session)]
        assert listed[0] == listed[1], what
        assert sorted(anew.rules_found()) == sorted(session.rules_found()), what
    assert counted["reviewed"] == counted["rejected"] == 1


def test_next_goes_round(session: Session) -> None:
    checked(session)
    assert session.next_to_review("15-15") == "11-11"
    assert session.next_to_review("3-3") == "7-7"
    assert session.next_to_review("7-7", back=True) == "3-3"
    assert session.next_to_review("gone-away") == "7-7"
    assert session.next_to_review("7-7", group="pairing") == "11-11"
    by_text = [session.next_to_review(row, order="text") for row in ("0-0", "3-3", "15-15")]
    assert by_text == ["3-3", "7-7", "3-3"]


def test_what_comes_ahead_is_where_one_goes_when_row_after_row_is_accepted(
    session: Session,
) -> None:
    checked(session)
    asked = session.ahead("3-3", waited=True, count=9)
    in_text = session.ahead("3-3", waited=True, count=9, order="text")
    quiet = session.ahead("15-15", waited=False, count=3)  # nothing waits there: to the row below
    assert (asked[0], in_text[0], quiet[0]) == (
        session.next_to_review("3-3"), session.next_to_review("3-3", order="text"), "16-15",
    )  # fmt: skip
    assert session.ahead("3-3", waited=True, count=1) == asked[:1]
    assert "3-3" not in asked
    assert len(set(asked)) == len(asked) == len(in_text) == session.stats()["waiting"] - 1
    place = "3-3"
    for following in asked:  # the same, one by one
        session.act("accept", place, {})
        place = following
        assert session.waits(place)
    assert session.ahead(place, waited=True, count=9) == []


def test_a_change_is_checked_at_once(session: Session) -> None:
    checked(session)
    assert faulty(session) == ["7-7"]
    version = session.checks.version
    session.act("edit", "7-7", {"side": "target", "text": "fine"})
    assert faulty(session) == []
    session.act("undo", "", {})
    assert faulty(session) == ["7-7"]
    assert session.checks.since(version) == ["7-7"]
    session.act("merge", "6-6", {})
    assert faulty(session) == ["6-6"]
    session.act("reviewed", "6-6", {})
    assert faulty(session) == ["6-6"]  # a mark changes nothing that is checked


def test_a_check_that_fails_is_told_and_no_edit_is_lost(session: Session) -> None:
    def failing(units: object) -> list[Finding]:
        raise InputError("no model here")

    session.tools.check = failing  # type: ignore[method-assign]
    session = Session("again", session.project, session.tools)
    checked(session)
    assert session.checks.error == "no model here"
    session.act("merge", "0-0", {})
    assert session.rows[0].target == range(2)


def test_search_finds_across_script_and_case(session: Session) -> None:
    total, hits = session.search("维持")
    assert total == 20
    assert hits[0].source == ((3, 5),)
    assert session.search("SENTENCE 12 ")[0] == 1
    assert session.search("  ") == (0, [])


def test_units_carry_what_was_decided(session: Session) -> None:
    session.act("merge", "0-0", {})
    session.act("reviewed", "2-2", {})
    session.act("comment", "3-3", {"text": " two\nlines\x00 "})
    session.act("edit", "3-3", {"side": "source", "text": "改。"})
    units = session.units()
    assert units[0].target == "Sentence 0 is good. Sentence 1 is good."
    assert (units[0].confidence, units[0].state) == (None, "edited")
    assert units[1].state == "reviewed"
    assert (units[2].source, units[2].note, units[2].state) == ("改。", "two lines", "edited")
    assert units[14].target == ""
    assert len(units) == 19


def test_a_free_gap_is_needed_to_align_again(session: Session) -> None:
    for row in list(session.rows):
        session.act("reviewed", row.id, {})
    with pytest.raises(EditError) as caught:
        session.act("realign-all", "0-0", {})
    assert caught.value.code == "nothing-free"


def test_after_a_shift_the_hand_stays_with_the_row(session: Session) -> None:
    assert session.act("down", "4-4", {"side": "target"}).focus == "4-4"
    assert session.act("up", "5-4", {"side": "target"}).focus == "5-5"
    assert session.act("merge", "8-8", {}).focus == "8-8"
    assert session.act("split", "8-8", {}).focus == "8-8"


def test_the_second_of_two_edits_of_one_state_is_told(session: Session) -> None:
    row = session.rows[4]
    seen = {"side": "target", "seen": row.mark}
    session.act("edit", row.id, {**seen, "text": "The first one's text."})
    with pytest.raises(EditError) as caught:
        session.act("edit", row.id, {**seen, "text": "The second one's text."})
    assert caught.value.code == "changed"
    assert session.text(session.rows[4], "target") == "The first one's text."
    session.act("comment", row.id, {"seen": session.rows[4].mark, "text": "so it is"})
    assert session.rows[4].comment == "so it is"
    assert len({each.mark for each in session.rows}) == len(session.rows)


def test_the_rest_is_accepted_only_where_it_was_checked(session: Session) -> None:
    assert session.touched("accept-rest", "0-0")["rows"] == 0  # nothing was checked yet
    checked(session)
    assert session.touched("accept-rest", "0-0") == {"rows": 16, "left": 4}
    session.act("accept-rest", "0-0", {})
    states = [row.state for row in session.rows]
    assert [index for index, state in enumerate(states) if not state] == [3, 7, 11, 15]


def test_a_sentence_is_cut_and_everything_below_follows(session: Session) -> None:
    checked(session)
    before = [(unit.source, unit.target) for unit in session.units()]
    session.act("split", "4-4", {"places": {"source": 3, "target": 8}})
    assert faulty(session) == ["8-8"]  # what the checks know of the row below went with it
    after = [(unit.source, unit.target) for unit in session.units()]
    assert after[4:6] == [("第4句", "Sentence"), ("維持和平。", "4 is good.")]
    assert after[:4] + after[6:] == before[:4] + before[5:]
    session.act("edit", "9-9", {"side": "target", "text": "changed below"})
    session.act("undo", "", {})
    session.act("undo", "", {})
    assert [(unit.source, unit.target) for unit in session.units()] == before
    assert faulty(session) == ["7-7"]


def test_an_edited_text_is_cut_where_it_was_asked(session: Session) -> None:
    session.act("edit", "2-2", {"side": "target", "text": "One half. Another half."})
    session.act("split", "2-2", {"places": {"target": 9}})
    texts = [
        (session.text(row, "source"), session.text(row, "target")) for row in session.rows[2:4]
    ]
    assert [target for _, target in texts] == ["One half.", "Another half."]
    assert "".join(source for source, _ in texts) == "第2句維持和平。"


@pytest.mark.parametrize("place", [0, 10_000], ids=["before-all", "after-all"])
def test_a_cut_that_leaves_nothing_is_refused(session: Session, place: int) -> None:
    with pytest.raises(EditError) as caught:
        session.act("split", "2-2", {"places": {"source": place, "target": place}})
    assert caught.value.code == "single"


def test_an_empty_side_is_as_grave_as_the_checks_say() -> None:
    from align.web.worklist import item_of, severity_of

    row = edits.Row(range(1), range(0), 0.99)
    unsaid = item_of(row, ())
    assert unsaid is not None
    assert (unsaid.group, unsaid.severity, severity_of(row, ())) == ("left", "error", "error")
    heading = Finding("omission", "warning", "a heading")
    said = item_of(row, (heading,))
    assert said is not None
    assert (said.group, said.severity, severity_of(row, (heading,))) == (
        "left",
        "warning",
        "warning",
    )
    waived = Finding("omission", "error", "left out", waived="agreed")
    assert item_of(row, (waived,)) is None


def test_rows_below_a_change_made_while_the_checks_run_are_checked_too(tmp_path: Path) -> None:
    """The first run is held; above its end two rows become one, so that all below stand higher."""
    count = 60
    zh = document("zh.txt", "zh-CN", [f"第{n}句。" for n in range(count)])
    en = document("en.txt", "en-US", [f"Sentence {n} is bad." for n in range(count)])
    rows = [edits.Row(range(n, n + 1), range(n, n + 1), 0.99) for n in range(count)]
    begun, go_on = threading.Event(), threading.Event()

    class Held(ToyTools):
        def check(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
            begun.set()
            assert go_on.wait(10)
            return super().check(units)

    opened = project.create(tmp_path / "p.alignproject", Head(zh, en, None), rows)
    session = Session("key", opened, Held())
    session.checks.begin()
    assert begun.wait(10)
    for place in ("3-3", "10-10", "20-20"):
        session.act("merge", place, {})
    session.act("undo", "", {})
    go_on.set()
    assert faulty(session) == [row.id for row in session.rows]
    assert session.checks.waiting == 0
    opened.close()


def test_rows_of_ids_are_shown_in_the_order_of_the_text_and_those_gone_left_out(
    session: Session,
) -> None:
    session.act("merge", "4-4", {})
    shown = row_views.of_ids(session, ["9-9", "5-5", "2-2", "9-9"], "en")
    assert [view.id for view in shown] == ["2-2", "9-9"]


def test_a_translation_goes_to_a_row_far_below_and_back(session: Session) -> None:
    """The source of 15 has none; that of 17 stands there as 16, and belongs to 15."""
    checked(session)
    before = [unit.target for unit in session.units()]
    done = session.act("exchange", "15-15", {"other": "2-2"})
    assert (done.what, done.focus) == ("moved", "15-2")
    assert [row.id for row in done.added] == ["1-1", "2-2", "15-2"]  # 1-1 says what follows it
    assert len(session.rows[2].target) == 0
    assert session.checks.settle(10)
    assert session.stats()["waiting"] == 4  # 2 has nothing now, 15 has
    units = session.units()
    assert (units[15].target, units[15].bead_type) == ("Sentence 2 is good.", "1-1")
    assert IN_ANOTHER_ORDER in units[15].props
    assert units[2].target == ""
    assert session.alignment().crossings == ((15, 2),)
    ends = len(session.head.source.segments), len(session.head.target.segments)
    check_partition(session.alignment().beads, *ends)
    done = session.act("put-back", "15-2", {})
    assert [unit.target for unit in session.units()] != before  # 2 stands alone in its place
    assert session.crossings.ahead == {}
    for _ in range(2):
        session.act("undo", "", {})
    assert [unit.target for unit in session.units()] == before


def test_two_rows_exchange_translations_and_say_where_these_stand(session: Session) -> None:
    checked(session)
    done = session.act("exchange", "4-4", {"other": "9-9"})
    assert (done.what, done.focus) == ("exchange", "4-9")
    assert dict(session.crossings.ahead) == {"4-9": "8-8", "9-4": "3-3"}
    views = {view.id: view for view in row_views.of_ids(session, ["3-3", "4-9", "9-4"], "en")}
    assert views["4-9"].crossed
    assert views["4-9"].ahead == row_views.Place("8-8", "9 | 9")
    assert [place.id for place in views["3-3"].passed] == ["9-4"]
    assert views["9-4"].doubtful
    assert session.stats()["waiting"] == 5
    assert [unit.target for unit in session.units()][4] == "Sentence 9 is good."


def test_what_is_crossed_is_opened_again_as_it_was_left(session: Session) -> None:
    session.act("exchange", "4-4", {"other": "9-9"})
    session.act("exchange", "15-15", {"other": "12-12"})
    again = project.read_project(session.project.path)
    assert again.rows == session.rows
    assert [row.id for row in again.rows] == [row.id for row in session.rows]
    anew = project.packed(again.head, again.rows)  # a head may hold them from the beginning, too
    session.project.path.with_name("anew").write_bytes(anew)
    assert project.read_project(session.project.path.with_name("anew")).rows == session.rows


def test_decisions_of_crossed_rows_go_along_when_the_documents_are_read_again(
    session: Session,
) -> None:
    session.act("exchange", "4-4", {"other": "9-9"})
    head = session.head
    zh = document("zh.txt", "zh-CN", ["新句。", *(s.text for s in head.source.segments)])
    found = carry(
        session.rows,
        (head.source.segments, head.target.segments),
        (zh.segments, head.target.segments),
    )
    assert [(row.source, row.target) for row in found.crossed] == [(range(5, 6), range(9, 10))]
    rows = [edits.Row(range(n, n + 1), range(n, n + 1), 0.9) for n in range(19)]
    rows += [edits.Row(range(n, n + 1), range(19, 19), 0.9) for n in range(19, 21)]
    after = edits.together(rows, found.crossed)
    assert edits.crossed(after) == {"5-9"}
    shown = [(list(r.source), list(r.target)) for r in after if not {5, 9} & {*r.source, *r.target}]
    assert shown == [(list(r.source), list(r.target)) for r in rows if not {5, 9} & {*r.source}]
    check_partition([Bead(row.source, row.target) for row in edits.in_order(after)], 21, 19)


def test_findings_of_rows_that_a_translation_passes_are_kept(session: Session) -> None:
    checked(session)
    asked: list[int] = []
    known = session.tools.check

    def counted(units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        asked.append(len(units))
        return known(units)

    session.checks._check = counted
    session.act("exchange", "1-1", {"other": "18-17"})
    assert [row.id for row in session.rows if session.checks.of(row.id)] == ["7-7"]
    assert faulty(session) == ["7-7"]
    assert sum(asked) < 30  # a few rows about either end, with what the check sees around them
