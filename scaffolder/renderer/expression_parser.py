"""Reads expressions: what binds how tightly is what Nunjucks says."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from scaffolder.renderer.expressions import (
    Arguments,
    Arithmetic,
    Both,
    Call,
    Choice,
    Compare,
    Contains,
    Either,
    Expression,
    Filter,
    Join,
    ListOf,
    Literal,
    Lookup,
    Name,
    Not,
    ObjectOf,
    Signed,
    Slice,
    Test,
)
from scaffolder.renderer.filters import FILTERS
from scaffolder.renderer.lexer import Token
from scaffolder.renderer.methods import Regex
from scaffolder.renderer.tests import ASK_OF_ANYTHING, TESTS
from scaffolder.renderer.values import TemplateFault

Item = TypeVar("Item")
COMPARISONS = ("==", "===", "!=", "!==", "<", ">", "<=", ">=")
TIGHTER = ("+", "-", "*", "/", "//", "%", "**")
"""Each sign takes its operands from the next one's level."""
NOTHING: Arguments = ((), ())


class ExpressionParser:
    """Takes tokens one by one; `peeked` is the one that was looked at and not taken."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self._tokens = tokens
        self._peeked: Token | None = None
        self.line = 1

    def peek(self) -> Token | None:
        if self._peeked is None:
            self._peeked = next(self._tokens, None)
        return self._peeked

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise TemplateFault("unexpected end of template", self.line)
        self._peeked, self.line = None, token.line
        return token

    def skip(self, kind: str, *texts: str) -> Token | None:
        """The next token if it is one of these, taken; None otherwise."""
        token = self.peek()
        if token is not None and token.kind == kind and (not texts or token.text in texts):
            return self.take()
        return None

    def expect(self, kind: str, text: str = "") -> Token:
        token = self.take()
        if token.kind != kind or (text and token.text != text):
            found = "the end of the tag" if token.kind == "end" else repr(token.text)
            raise TemplateFault(f"expected {text or 'a ' + kind}, found {found}", token.line)
        return token

    def expression(self) -> Expression:
        yes = self._either()
        if not self.skip("name", "if"):
            return yes
        condition = self._either()
        no = self.expression() if self.skip("name", "else") else None
        return Choice(condition, yes, no)

    def _either(self) -> Expression:
        left = self._both()
        while self.skip("name", "or"):
            left = Either(left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._not()
        while self.skip("name", "and"):
            left = Both(left, self._not())
        return left

    def _not(self) -> Expression:
        return Not(self._not()) if self.skip("name", "not") else self._in()

    def _in(self) -> Expression:
        left = self._is()
        while True:
            inverted = self.skip("name", "not")
            if not self.skip("name", "in"):
                if inverted:
                    raise TemplateFault("expected in after not", inverted.line)
                return left
            left = Contains(left, self._is())
            left = Not(left) if inverted else left

    def _is(self) -> Expression:
        subject = self._compare()
        if not self.skip("name", "is"):
            return subject
        inverted = self.skip("name", "not")
        token = self.take()
        if token.text not in TESTS and token.text not in ASK_OF_ANYTHING:
            raise TemplateFault(f"No test named {token.text!r}", token.line)
        arguments = self._optional_arguments()
        if arguments == NOTHING and _is_operand(self.peek()):
            arguments = ((self._primary(),), ())
        test = Test(token.text, subject, arguments)
        return Not(test) if inverted else test

    def _compare(self) -> Expression:
        first, rest = self._join(), []
        while sign := self.skip("sign", *COMPARISONS):
            rest.append((sign.text, self._join()))
        return Compare(first, tuple(rest)) if rest else first

    def _join(self) -> Expression:
        left = self._sum()
        while self.skip("sign", "~"):
            left = Join(left, self._sum())
        return left

    def _sum(self) -> Expression:
        """Most are one operand alone: that one does not go down all levels."""
        first, following = self._unary(), self.peek()
        if following is None or following.text not in TIGHTER:
            return first
        return self._arithmetic(0, first)

    def _arithmetic(self, level: int, first: Expression | None = None) -> Expression:
        if level == len(TIGHTER):
            return first or self._unary()
        left = self._arithmetic(level + 1, first)
        while self.skip("sign", TIGHTER[level]):
            left = Arithmetic(TIGHTER[level], left, self._arithmetic(level + 1))
        return left

    def _unary(self, *, filtered: bool = True) -> Expression:
        sign = self.skip("sign", "-", "+")
        found = Signed(sign.text, self._unary(filtered=False)) if sign else self._postfix(self._primary())
        return self._filters(found) if filtered else found

    def _filters(self, subject: Expression) -> Expression:
        while self.skip("sign", "|"):
            name = self.filter_name()
            subject = Filter(name, subject, self._optional_arguments())
        return subject

    def filter_name(self) -> str:
        token = self.expect("name")
        if token.text not in FILTERS:
            raise TemplateFault(f"No filter named {token.text!r}", token.line)
        return token.text

    def _optional_arguments(self) -> Arguments:
        following = self.peek()
        if following and following.kind == "sign" and following.text == "(":
            return self.arguments()
        return NOTHING

    def arguments(self) -> Arguments:
        """`(a, b, name=c)`."""
        self.expect("sign", "(")
        positional: list[Expression] = []
        named: list[tuple[str, Expression]] = []
        while not self.skip("sign", ")"):
            if positional or named:
                self.expect("sign", ",")
            argument = self.expression()
            if isinstance(argument, Name) and self.skip("sign", "="):
                named.append((argument.name, self.expression()))
            else:
                positional.append(argument)
        return tuple(positional), tuple(named)

    def _primary(self) -> Expression:
        token = self.take()
        match token.kind, token.text:
            case "literal", _:
                return Literal(token.value)
            case "regex", _:
                return Literal(Regex.of(*token.value))
            case "name", _:
                return Name(token.text)
            case "sign", "(":
                return self._list(")", self.expression)[-1]
            case "sign", "[":
                return ListOf(tuple(self._list("]", self.expression)))
            case "sign", "{":
                return ObjectOf(tuple(self._list("}", self._pair)))
        found = "the end of the tag" if token.kind == "end" else repr(token.text)
        raise TemplateFault(f"expected a value, found {found}", token.line)

    def _list(self, end: str, item: Callable[[], Item]) -> list[Item]:
        items: list[Item] = []
        while not self.skip("sign", end):
            if items:
                self.expect("sign", ",")
                if self.skip("sign", end):
                    return items
            items.append(item())
        if not items and end == ")":
            raise TemplateFault("expected a value between ( and )", self.line)
        return items

    def _pair(self) -> tuple[Expression, Expression]:
        key = self._primary()
        self.expect("sign", ":")
        return key, self.expression()

    def _postfix(self, found: Expression) -> Expression:
        while token := self.skip("sign", "(", "[", "."):
            if token.text == "(":
                self._peeked = token
                found = Call(found, self.arguments())
            elif token.text == ".":
                name = self.take()
                if name.kind not in ("name", "literal"):
                    raise TemplateFault(f"expected a name after '.', found {name.text!r}", name.line)
                found = Lookup(found, Literal(name.text))
            else:
                found = self._index(found)
        return found

    def _index(self, found: Expression) -> Expression:
        """`[key]`, or `[from:to:step]`."""
        parts: list[Expression | None] = [None]
        while not self.skip("sign", "]"):
            if self.skip("sign", ":"):
                parts.append(None)
            elif parts[-1] is None:
                parts[-1] = self.expression()
            else:
                self.expect("sign", "]")
        if len(parts) == 1 and parts[0] is not None:
            return Lookup(found, parts[0])
        if len(parts) not in (2, 3):
            raise TemplateFault("expected one key between [ and ]", self.line)
        return Slice(found, tuple([*parts, None][:3]))


def _is_operand(token: Token | None) -> bool:
    """Whether a word stands for a value, and does not go on with the expression."""
    if token is None or token.kind not in ("literal", "name"):
        return False
    return token.kind == "literal" or token.text not in ("and", "or", "if", "else", "not", "in", "is")
