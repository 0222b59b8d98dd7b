"""The tags and texts of an HTML page as a stream: whatever it holds, all of it, in linear time.

libxml2 stops at a nesting of 255 and at texts of 10 MB and says nothing; the standard library's
parser takes half a minute for 60 kB of unclosed tags. A stream has no depth. Nothing is fetched and
no entity of a document type is expanded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from align.language.wordset import wordset


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag; `closed` where it ends with ``/>``."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags, its character references resolved."""

    text: str
    line: int


Token = Start | End | Text

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_SPACE = re.compile(r"[\s/]*")
_NAME = re.compile(r"[^\s/>=<][^\s/>=<]*|=[^\s/>=<]*")
_EQUALS = re.compile(r"\s*=\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_RAW = wordset("script style xmp noembed noframes iframe title textarea")
_UNESCAPED = wordset("script style xmp noembed noframes iframe")


@dataclass(slots=True)
class HtmlStream:
    """Reads the tokens of `text`; `warnings` says afterwards where the page does not hold up."""

    text: str
    warnings: list[str] = field(default_factory=list)
    _line: int = 1
    _counted: int = 0
    _missing: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Token]:
        text, at, begun = self.text, 0, 0
        while True:
            opened = text.find("<", at)
            if opened < 0:
                break
            end = self._skipped(opened)
            tag = _TAG.match(text, opened) if end is None else None
            if end is None and tag is None:
                at = opened + 1  # a mere sign
                continue
            if opened > begun:
                yield self._text(begun, opened)
            if text.startswith("<![CDATA[", opened) and end is not None:
                yield Text(text[opened + 9 : end - 3], self._line_at(opened))
            elif tag is not None:
                line = self._line_at(opened)
                attributes, end = self._attributes(tag.end())
                if end < 0:
                    self.warnings.append(f"line {line}: ends within a tag, which is kept as text")
                    begun = opened
                    break
                name = tag[2].lower()
                if tag[1]:
                    yield End(name)
                else:
                    closed = text[end - 2] == "/"
                    yield Start(name, attributes, line, closed)
                    if name in _RAW and not closed:
                        raw, after = self._raw(name, end)
                        if after == end:  # nothing ends it
                            yield End(name)
                        elif raw:
                            yield Text(raw if name in _UNESCAPED else html.unescape(raw), line)
                        end = after
            assert end is not None
            at = begun = end
        if begun < len(text):
            yield self._text(begun, len(text))

    def _text(self, start: int, end: int) -> Text:
        return Text(html.unescape(self.text[start:end].replace("\0", "")), self._line_at(start))

    def _line_at(self, offset: int) -> int:
        self._line += self.text.count("\n", self._counted, offset)
        self._counted = offset
        return self._line

    def _find(self, mark: str, start: int) -> int:
        """Where `mark` stands next; what was not found once is not looked for again."""
        if mark in self._missing:
            return -1
        found = self.text.find(mark, start)
        if found < 0:
            self._missing.add(mark)
        return found

    def _skipped(self, at: int) -> int | None:
        """The end of a comment, declaration or CDATA section that begins at `at`, if one does."""
        text = self.text
        following = text[at + 1 : at + 2]
        if following not in ("!", "?", "/") or (following == "/" and _TAG.match(text, at)):
            return None
        for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>")):
            if text.startswith(opening, at):
                if text.startswith(("<!-->", "<!--->"), at):
                    return text.index(">", at) + 1
                end = self._find(closing, at + len(opening))
                if end < 0:
                    self._warn_once(f"a {opening} that nothing ends is passed over")
                    return at + len(opening)
                return end + len(closing)
        end = self._find(">", at)
        if text[at : at + 9].lower() == "<!doctype" and 0 <= text.find("[", at, end) < end:
            end = max(end, self._find("]>", at) + 1)
        return end + 1 if end >= 0 else None

    def _warn_once(self, what: str) -> None:
        if not any(what in warning for warning in self.warnings):
            self.warnings.append(f"line {self._line_at(self._counted)}: {what}")

    def _attributes(self, at: int) -> tuple[dict[str, str], int]:
        """The attributes from `at` on and the end of the tag, -1 where the page ends before."""
        text = self.text
        found: dict[str, str] = {}
        while True:
            space = _SPACE.match(text, at)
            at = space.end() if space else at
            if at >= len(text):
                return found, -1
            if text[at] == ">":
                return found, at + 1
            if text[at] == "<":  # the tag was never closed, and another begins
                return found, at
            name = _NAME.match(text, at)
            assert name is not None
            at, value = name.end(), ""
            equals = _EQUALS.match(text, at)
            if equals:
                value, at = self._value(equals.end())
            found.setdefault(name[0].lower(), html.unescape(value) if "&" in value else value)

    def _value(self, at: int) -> tuple[str, int]:
        quote = self.text[at : at + 1]
        if quote in ('"', "'"):
            end = self._find(quote, at + 1)
            if end >= 0:
                return self.text[at + 1 : end], end + 1
        unquoted = _UNQUOTED.match(self.text, at)
        assert unquoted is not None
        return unquoted[0], unquoted.end()

    def _raw(self, name: str, start: int) -> tuple[str, int]:
        """What stands between <script> and </script>, and where the end tag begins."""
        mark = f"</{name}"
        end = -1
        if mark not in self._missing:
            found = re.compile(re.escape(mark) + r"(?=[\s/>])", re.IGNORECASE).search(
                self.text, start
            )
            end = found.start() if found else -1
        if end < 0:
            self._missing.add(mark)
            self._warn_once(f"a <{name}> that nothing ends is passed over")
            return "", start
        return self.text[start:end], end
