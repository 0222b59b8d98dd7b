"""Facts of a text: what a translation must keep, as values that are the same in both languages.

``120公里`` and ``75 miles`` are the same length, ``增加了两倍`` and ``tripled`` the same multiple,
``五点差一刻`` and ``quarter to five`` the same time. `facts` reads them; `agree` says whether one
renders the other. What contradicts what is decided in ``align.terms.checking``.
"""

from __future__ import annotations

from align.language.facts.agreement import agree, rivals
from align.language.facts.changes import changes
from align.language.facts.fact import Fact, FactKind, Reading
from align.language.facts.poles import poles
from align.language.facts.reading import facts

__all__ = ["Fact", "FactKind", "Reading", "agree", "changes", "facts", "poles", "rivals"]
