"""Which document is the translation of which: by pattern, name, symbol, then by content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from align.batch.content_pairing import Candidate, Comparison, choose, compare
from align.batch.description import BOTH, Description
from align.batch.manifest import Entry, pair_id
from align.batch.name_pairing import pair_by_name, pair_by_pattern

By = Literal["name", "symbol", "content"]
Describer = Callable[[Sequence[str]], tuple[dict[str, Description], dict[str, str]]]

EVERY: tuple[By, ...] = ("name", "symbol", "content")
_LIKE = 0.1  # agreement from which an unpaired document has its nearest one named
DISAGREE = 0.2  # agreement below which a name or a symbol is not to be believed


@dataclass(frozen=True, slots=True)
class Pairing:
    """All documents of an archive: in pairs, or with the reason why they have no partner."""

    pairs: tuple[Entry, ...]
    unpaired: tuple[Entry, ...]
    others: tuple[tuple[str, int], ...] = ()  # files that are no documents, by their endings

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Pairs first, as a manifest lists them."""
        return self.pairs + self.unpaired


def pair_documents(
    paths: Iterable[str],
    describe: Describer,
    *,
    root: str = "",
    by: Sequence[By] = EVERY,
    pattern: str | None = None,
    verify: bool = False,
) -> Pairing:
    """Find the partners among `paths`; each way of finding sees only what the ones before left.

    `describe` reads documents; those paired by an unmistakable name are only read with `verify`,
    which then says how far the contents agree. Raises AlignError for a bad `pattern`.
    """
    left = dict.fromkeys(sorted(paths))
    pairs: list[Entry] = []
    doubtful: list[tuple[str, str]] = []

    def take(zh: str, en: str, reason: str, confidence: float | None) -> None:
        if zh in left and en in left:
            del left[zh], left[en]
            pairs.append(Entry(zh, en, reason, confidence, pair_id(zh, en)))

    if pattern is not None:
        for zh, en in pair_by_pattern(left, pattern, root):
            take(zh, en, "pattern", None)
    if "name" in by:
        for named in pair_by_name(left, root):
            if named.sure:
                take(named.zh, named.en, "name", None)
            else:
                doubtful.append((named.zh, named.en))
    known = [path for entry in pairs for path in (entry.zh, entry.en)] if verify else []
    readable, failures = describe([*left, *known]) if left or known else ({}, {})
    view = _View(readable)
    for zh, en in doubtful:
        if view.languages(zh, en) == ("zh", "en") and view.believable(zh, en):
            take(zh, en, "name", view.agreement(zh, en))
    if "symbol" in by:
        for zh, en, symbol in _by_symbol(readable[path] for path in left if path in readable):
            if view.believable(zh, en):
                take(zh, en, f"symbol {symbol}", view.agreement(zh, en))
    near: dict[str, tuple[str, float]] = {}
    if "content" in by:
        chosen, near = _by_content([readable[path] for path in left if path in readable])
        for zh, en, confidence in chosen:
            take(zh, en, "content", confidence)
    if verify:
        pairs = [_verified(entry, view, failures) for entry in pairs]
    pairs.sort(key=lambda entry: (entry.zh, entry.en))
    reasons = _Reasons(readable, failures, near, pairs)
    return Pairing(tuple(pairs), tuple(reasons.alone(path) for path in left))


class _View:
    """The readable documents, comparable one with another by path."""

    def __init__(self, readable: dict[str, Description]) -> None:
        self.readable = readable
        zh = [item for item in readable.values() if item.lang == "zh"]
        en = [item for item in readable.values() if item.lang == "en"]
        self.zh = {item.path: place for place, item in enumerate(zh)}
        self.en = {item.path: place for place, item in enumerate(en)}
        vectors = bool(zh and en and zh[0].vectors.size)
        self.comparison: Comparison | None = compare(zh, en) if vectors else None

    def languages(self, zh: str, en: str) -> tuple[str, ...]:
        return tuple(self.readable[path].lang if path in self.readable else "" for path in (zh, en))

    def agreement(self, zh: str, en: str) -> float | None:
        """How far two documents agree; None where it cannot be told."""
        if self.comparison is None or zh not in self.zh or en not in self.en:
            return None
        return self.comparison.agreement(self.zh[zh], self.en[en])

    def believable(self, zh: str, en: str) -> bool:
        agreement = self.agreement(zh, en)
        return agreement is None or agreement >= DISAGREE


def _by_symbol(documents: Iterable[Description]) -> list[tuple[str, str, str]]:
    """Documents whose symbol no other one of their language has, but one of the other has."""
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"zh": [], "en": []})
    for document in documents:
        if document.symbol and document.lang in ("zh", "en"):
            groups[document.symbol][document.lang].append(document.path)
    return [
        (group["zh"][0], group["en"][0], symbol)
        for symbol, group in sorted(groups.items())
        if len(group["zh"]) == len(group["en"]) == 1
    ]


def _by_content(
    documents: Sequence[Description],
) -> tuple[list[tuple[str, str, float]], dict[str, tuple[str, float]]]:
    """Pairs with their confidence, and for every document the one that comes nearest."""
    zh = [item for item in documents if item.lang == "zh" and item.vectors.size]
    en = [item for item in documents if item.lang == "en" and item.vectors.size]
    found: list[Candidate] = compare(zh, en).candidates() if zh and en else []
    near: dict[str, tuple[str, float]] = {}
    for candidate in sorted(found, key=lambda candidate: candidate.score):
        if candidate.order < _LIKE:
            continue
        near[zh[candidate.zh].path] = en[candidate.en].path, candidate.order
        near[en[candidate.en].path] = zh[candidate.zh].path, candidate.order
    pairs = [
        (zh[candidate.zh].path, en[candidate.en].path, candidate.order)
        for candidate in choose(found)
    ]
    return pairs, near


def _verified(entry: Entry, view: _View, failures: dict[str, str]) -> Entry:
    if entry.confidence is not None:
        return entry
    for path in (entry.zh, entry.en):
        if path in failures:
            return replace(entry, reason=f"{entry.reason}, but cannot be read: {failures[path]}")
    agreement = view.agreement(entry.zh, entry.en)
    doubt = agreement is not None and agreement < DISAGREE
    reason = f"{entry.reason}, but the texts hardly agree" if doubt else entry.reason
    return replace(entry, reason=reason, confidence=agreement)


class _Reasons:
    """Says of a document without a partner why it has none."""

    def __init__(
        self,
        readable: dict[str, Description],
        failures: dict[str, str],
        near: dict[str, tuple[str, float]],
        pairs: Sequence[Entry],
    ) -> None:
        self.readable = readable
        self.failures = failures
        self.near = near
        paired = [path for entry in pairs for path in (entry.zh, entry.en) if path in readable]
        self.texts = {_text(readable[path]): path for path in reversed(paired)}
        self.languages = {document.lang for document in readable.values()}
        if pairs:
            self.languages |= {"zh", "en"}

    def alone(self, path: str) -> Entry:
        """The entry of a document that is left over."""
        document = self.readable.get(path)
        if document is None:
            failure = self.failures.get(path)
            return Entry(
                path, "", f"cannot be read: {failure}" if failure else "no partner by name"
            )
        if document.lang == BOTH:
            return Entry(
                path, "", "holds both languages: align pair FILE -o OUT.tmx takes it apart"
            )
        if document.lang not in ("zh", "en"):
            return Entry(path, "", f"neither Chinese nor English ({document.lang})")
        reason = self._reason(document)
        return Entry(path, "", reason) if document.lang == "zh" else Entry("", path, reason)

    def _reason(self, document: Description) -> str:
        if missing := {"zh", "en"} - self.languages:
            return f"no partner; no document is {'English' if 'en' in missing else 'Chinese'}"
        if not document.vectors.size:
            return "no partner by name or symbol"
        if twin := self.texts.get(_text(document)):
            return f"the same text as {twin}, which has a partner"
        if document.path in self.near:
            other, order = self.near[document.path]
            return f"no partner; {order:.0%} agrees with {other}"
        return "no partner; nothing is like it"


def _text(document: Description) -> tuple[str, bytes]:
    """Equal where two documents say the same in the same sentences."""
    return document.lang, document.keys.tobytes()
