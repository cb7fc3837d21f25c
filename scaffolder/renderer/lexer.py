"""The tokens of a template: text as it is, and the words and signs inside `${{ }}` and `{% %}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from scaffolder.renderer.values import TemplateFault

CODE = re.compile(
    r"""(?P<space>[ \n\t\r\xa0]+)
      | (?P<regex>r/(?P<body>(?:\\.|[^/\\])*)/(?P<flags>[gimy]*))
      | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w]))
      | (?P<name>[^\s()\[\]{}%*\-+~/\#,:|.<>=!"']+)
      | (?P<sign>===|!==|==|!=|<=|>=|//|\*\*|[()\[\]{}%*\-+~/\#,:|.<>=!])
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
LITERALS = {"true": True, "false": False, "none": None, "null": None}


class Token(NamedTuple):
    """`kind`: data, comment, block, variable (their starts), end, name, literal, regex or sign.

    `trims` says that a start or an end takes the white space beside it.
    """

    kind: str
    text: str
    line: int
    value: Any = None
    trims: bool = False


@dataclass(frozen=True, slots=True)
class Syntax:
    """Where expressions begin, and what happens to white space around statements."""

    variable_start: str = "${{"
    trim_blocks: bool = False
    lstrip_blocks: bool = False


class Lexer:
    """Reads a source once, from its beginning to its end."""

    def __init__(self, source: str, syntax: Syntax) -> None:
        self.source = source
        self.syntax = syntax
        self.place = 0
        self.line = 1
        self.starts = re.compile(rf"\{{%|\{{\#|{re.escape(syntax.variable_start)}")

    def tokens(self) -> Iterator[Token]:
        while self.place < len(self.source):
            found = self.starts.search(self.source, self.place)
            end = found.start() if found else len(self.source)
            if end > self.place:
                yield from self._data(end, found)
            if found is None:
                return
            if found[0] == "{#":
                yield self._comment()
            else:
                yield from self._code(found[0])

    def take_raw(self, tag: str) -> str:
        """What is between here and the `endraw` that belongs to it; the lexer goes on at that `endraw`."""
        mark = re.compile(rf"\{{%-?\s*({tag}|end{tag})\s*-?%\}}")
        depth, place = 1, self.place
        while found := mark.search(self.source, place):
            depth += 1 if found[1] == tag else -1
            place = found.end()
            if depth == 0:
                text = self.source[self.place : found.start()]
                self._move(found.start())
                return text
        raise TemplateFault(f"{{% {tag} %}} has no {{% end{tag} %}}", self.line)

    def _data(self, end: int, following: "re.Match[str] | None") -> Iterator[Token]:
        text, line = self.source[self.place : end], self.line
        self._move(end)
        if following and following[0] == "{%" and self.syntax.lstrip_blocks:
            start = text.rfind("\n") + 1
            if not text[start:].strip(" \t") and (start > 0 or self.place == len(text)):
                text = text[:start]
        if text:
            yield Token("data", text, line)

    def _comment(self) -> Token:
        end = self.source.find("#}", self.place + 2)
        if end < 0:
            raise TemplateFault("a comment {# has no end #}", self.line)
        text, line = self.source[self.place : end + 2], self.line
        self._move(end + 2)
        trims = text.startswith("{#-")
        return Token("comment", text, line, value=text.endswith("-#}"), trims=trims)

    def _code(self, start: str) -> Iterator[Token]:
        kind, closing = ("block", "%}") if start == "{%" else ("variable", "}}")
        line = self.line
        self._move(self.place + len(start))
        trims = self.source.startswith("-", self.place)
        if trims:
            self._move(self.place + 1)
        yield Token(kind, start, line, trims=trims)
        depth = 0
        while True:
            for end in (closing, f"-{closing}"):
                if depth == 0 and self.source.startswith(end, self.place):
                    closed = Token("end", closing, self.line, trims=len(end) > len(closing))
                    self._move(self.place + len(end))
                    self._skip_line_end(kind)
                    yield closed
                    return
            token = self._word(line)
            if token is not None:
                depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "sign" else 0
                yield token

    def _word(self, started: int) -> Token | None:
        found = CODE.match(self.source, self.place)
        if found is None:
            what = "a text has no end" if self.source[self.place : self.place + 1] in ("'", '"') else ""
            raise TemplateFault(what or "unexpected end of template", started)
        line = self.line
        self._move(found.end())
        text = found[0]
        match found.lastgroup:
            case "space":
                return None
            case "string":
                value = ESCAPE.sub(lambda one: ESCAPED.get(one[1], one[1]), text[1:-1])
                return Token("literal", text, line, value)
            case "number":
                return Token("literal", text, line, float(text) if "." in text else int(text))
            case "name" if text in LITERALS:
                return Token("literal", text, line, LITERALS[text])
            case "name":
                return Token("name", text, line)
            case "sign":
                return Token("sign", text, line)
        return Token("regex", text, line, (found["body"], found["flags"]))

    def _skip_line_end(self, kind: str) -> None:
        if kind == "block" and self.syntax.trim_blocks:
            for end in ("\r\n", "\n"):
                if self.source.startswith(end, self.place):
                    self._move(self.place + len(end))
                    return

    def _move(self, place: int) -> None:
        self.line += self.source.count("\n", self.place, place)
        self.place = place
