"""What the time is, and what SOURCE_DATE_EPOCH makes of it."""

from __future__ import annotations

import pytest

from align import clock
from align.errors import InputError


def test_a_fixed_time_is_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert clock.stamp() == "20231114T221320Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert clock.fixed() is None
    assert clock.stamp() > "20250101T000000Z"


@pytest.mark.parametrize("text", ["yesterday", "-1", "1.5", "²", "9" * 13])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(InputError, match="not a number of seconds since 1970"):
        clock.now()
