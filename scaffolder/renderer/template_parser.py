"""Reads a template: texts, `${{ }}`, and the statements between `{%` and `%}`."""

from collections.abc import Callable

from scaffolder.renderer.expression_parser import ExpressionParser
from scaffolder.renderer.expressions import Call, Expression, Filter, Name
from scaffolder.renderer.inheritance import Block, Extends, Import, Include, Template
from scaffolder.renderer.lexer import Lexer, Syntax, Token
from scaffolder.renderer.statements import (
    Body,
    CallBlock,
    Capture,
    Data,
    For,
    If,
    Macro,
    Node,
    Print,
    Set,
    Switch,
)
from scaffolder.renderer.values import TemplateFault


def parse(source: str, syntax: Syntax) -> Template:
    """The template. Raises TemplateFault with the line of what cannot be read."""
    return TemplateParser(source, syntax).template()


class TemplateParser(ExpressionParser):
    """Nested statements read their bodies up to the tag that ends them."""

    def __init__(self, source: str, syntax: Syntax) -> None:
        self._lexer = Lexer(source, syntax)
        super().__init__(self._lexer.tokens())
        self._trims_next = False
        self._blocks: dict[str, Block] = {}
        self._statements: dict[str, Callable[[Token], Node]] = {
            "if": self._if,
            "for": self._for,
            "set": self._set,
            "raw": self._raw,
            "verbatim": self._raw,
            "switch": self._switch,
            "macro": self._macro,
            "call": self._call,
            "filter": self._filter,
            "block": self._block,
            "extends": self._extends,
            "include": self._include,
            "import": self._import,
            "from": self._from,
        }

    def template(self) -> Template:
        body, _ = self._body()
        return Template(body, self._blocks)

    def _body(self, *ends: str) -> tuple[Body, Token]:
        """The nodes up to one of these tags, and its token, taken; with no ends, up to the template's."""
        nodes: list[Node] = []
        opened = self.line
        while self.peek() is not None:
            token = self.take()
            if token.kind == "data":
                self._add_data(token, nodes)
            elif token.kind == "comment":
                self._trims_next = bool(token.value)
            elif token.kind == "variable":
                nodes.append(Print(token.line, self.expression()))
                self._end("variable")
            else:
                tag = self.expect("name")
                if tag.text in ends:
                    return tuple(nodes), tag
                if tag.text not in self._statements:
                    raise TemplateFault(f"unknown block tag: {tag.text}", tag.line)
                nodes.append(self._statements[tag.text](tag))
        if ends:
            raise TemplateFault(f"expected {{% {ends[-1]} %}} before the end of the template", opened)
        return tuple(nodes), Token("end", "", self.line)

    def _add_data(self, token: Token, nodes: list[Node]) -> None:
        text, following = token.text, self.peek()
        if self._trims_next:
            text = text.lstrip()
        if following is not None and following.trims:
            text = text.rstrip()
        self._trims_next = False
        if text:
            nodes.append(Data(token.line, text))

    def _end(self, tag: str) -> None:
        token = self.take()
        if token.kind != "end":
            raise TemplateFault(f"expected the end of the {tag}, found {token.text!r}", token.line)
        self._trims_next = token.trims

    def _if(self, tag: Token) -> Node:
        condition = self.expression()
        self._end("if")
        body, stop = self._body("elif", "elseif", "else", "endif")
        otherwise: Body = ()
        if stop.text in ("elif", "elseif"):
            return If(tag.line, condition, body, (self._if(stop),))
        self._end(stop.text)
        if stop.text == "else":
            otherwise, _ = self._body("endif")
            self._end("endif")
        return If(tag.line, condition, body, otherwise)

    def _for(self, tag: Token) -> Node:
        names = self._names()
        self.expect("name", "in")
        items = self.expression()
        self._end("for")
        body, stop = self._body("else", "endfor")
        self._end(stop.text)
        otherwise: Body = ()
        if stop.text == "else":
            otherwise, _ = self._body("endfor")
            self._end("endfor")
        return For(tag.line, names, items, body, otherwise)

    def _names(self) -> tuple[str, ...]:
        names = [self.expect("name").text]
        while self.skip("sign", ","):
            names.append(self.expect("name").text)
        return tuple(names)

    def _set(self, tag: Token) -> Node:
        names = self._names()
        if self.skip("sign", "="):
            value = self.expression()
            self._end("set")
            return Set(tag.line, names, value)
        self._end("set")
        body, _ = self._body("endset")
        self._end("endset")
        return Set(tag.line, names, None, body)

    def _raw(self, tag: Token) -> Node:
        self._end(tag.text)
        text = self._lexer.take_raw(tag.text)
        self._trims_next = False
        self.expect("block")
        self.expect("name")
        self._end(f"end{tag.text}")
        return Data(tag.line, text)

    def _switch(self, tag: Token) -> Node:
        value = self.expression()
        self._end("switch")
        _, stop = self._body("case", "default", "endswitch")
        cases: list[tuple[Expression, Body]] = []
        default: Body = ()
        while stop.text != "endswitch":
            if stop.text == "case":
                condition = self.expression()
                self._end("case")
                body, stop = self._body("case", "default", "endswitch")
                cases.append((condition, body))
            else:
                self._end("default")
                default, stop = self._body("endswitch")
        self._end("endswitch")
        return Switch(tag.line, value, tuple(cases), default)

    def _macro(self, tag: Token) -> Node:
        name = self.expect("name").text
        return self._macro_body(tag, name, "endmacro")

    def _macro_body(self, tag: Token, name: str, end: str) -> Macro:
        positional, defaults = self._optional_arguments()
        self._end(tag.text)
        return self._finish_macro(tag, name, positional, defaults, end)

    def _finish_macro(
        self,
        tag: Token,
        name: str,
        positional: tuple[Expression, ...],
        defaults: tuple[tuple[str, Expression], ...],
        end: str,
    ) -> Macro:
        if not all(isinstance(argument, Name) for argument in positional):
            raise TemplateFault(f"the arguments of {name} are names", tag.line)
        body, _ = self._body(end)
        self._end(end)
        names = tuple(argument.name for argument in positional if isinstance(argument, Name))
        return Macro(tag.line, name, names, defaults, body)

    def _call(self, tag: Token) -> Node:
        positional, defaults = self._optional_arguments()
        called = self._postfix(self._primary())
        if not isinstance(called, Call):
            raise TemplateFault("call needs a macro and its arguments", tag.line)
        self._end("call")
        return CallBlock(tag.line, called, self._finish_macro(tag, "caller", positional, defaults, "endcall"))

    def _filter(self, tag: Token) -> Node:
        name = self.filter_name()
        arguments = self._optional_arguments()
        self._end("filter")
        body, _ = self._body("endfilter")
        self._end("endfilter")
        return Print(tag.line, Filter(name, Capture(body), arguments))

    def _block(self, tag: Token) -> Node:
        name = self.expect("name").text
        self._end("block")
        if name in self._blocks:
            raise TemplateFault(f"there are two blocks {name}", tag.line)
        body, _ = self._body("endblock")
        self.skip("name", name)
        self._end("endblock")
        self._blocks[name] = block = Block(tag.line, name, body)
        return block

    def _extends(self, tag: Token) -> Node:
        node = Extends(tag.line, self.expression())
        self._end("extends")
        return node

    def _include(self, tag: Token) -> Node:
        template = self.expression()
        ignores = bool(self.skip("name", "ignore") and self.expect("name", "missing"))
        self._end("include")
        return Include(tag.line, template, ignores)

    def _import(self, tag: Token) -> Node:
        template = self.expression()
        self.expect("name", "as")
        target = self.expect("name").text
        with_context = self._with_context()
        self._end("import")
        return Import(tag.line, template, (), target, with_context)

    def _from(self, tag: Token) -> Node:
        template = self.expression()
        self.expect("name", "import")
        names: list[tuple[str, str]] = []
        while not names or self.skip("sign", ","):
            name = self.expect("name").text
            alias = self.expect("name").text if self.skip("name", "as") else name
            names.append((name, alias))
        with_context = self._with_context()
        self._end("from")
        return Import(tag.line, template, tuple(names), "", with_context)

    def _with_context(self) -> bool:
        found = self.skip("name", "with", "without")
        if found:
            self.expect("name", "context")
        return found is not None and found.text == "with"
