"""The language of templates, as Backstage evaluates it: Jinja in a sandbox, with Nunjucks' ways of writing.

Runs in the limited child only and imports the standard library and Jinja, nothing of ours.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, Literal

from jinja2 import TemplateSyntaxError, Undefined, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, missing

from scaffolder.renderer.filters import FILTERS
from scaffolder.renderer.values import METHODS, as_text

FILTER_NAMES = """
    abs batch capitalize center d default dictsort first float groupby indent int join last length list lower
    random reject rejectattr replace reverse round select selectattr slice sort string striptags sum title
    trim truncate upper urlencode urlize wordcount
"""
TEST_NAMES = """
    callable defined divisibleby eq equalto even ge greaterthan gt in iterable le lessthan lower lt mapping ne
    none number odd sameas string undefined upper boolean true false == != > >= < <=
"""
OWN_TESTS: dict[str, Callable[..., bool]] = {
    "null": lambda value: value is None,
    "truthy": bool,
    "falsy": lambda value: not value,
}
OTHER_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


class Missing(Undefined):
    """What a key that is not there gives: false in a condition, an error wherever its text is needed.

    A name that no template has (`paramters`), and an attribute that no text or list has (`__class__`), is an
    error everywhere but in `is defined` and `default`.
    """

    __slots__ = ()

    @property
    def is_unknown_name(self) -> bool:
        return self._undefined_obj is missing

    def __bool__(self) -> bool:
        if self.is_unknown_name:
            self._fail_with_undefined_error()
        return False

    def __eq__(self, other: object) -> bool:
        if self.is_unknown_name:
            self._fail_with_undefined_error()
        return other is None or isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return id(type(self))

    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error


class Strictness(Extension):
    """`===` and `!==` as Nunjucks writes them, next to `==` and `!=`."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        previous = None
        for token in stream:
            if token.type == "assign" and previous in ("eq", "ne"):
                previous = None
                continue
            previous = token.type
            yield token


class Language(ImmutableSandboxedEnvironment):
    """Expressions in `${{ }}`, statements in `{% %}`, comments in `{# #}`."""

    intercepted_binops = frozenset(["+"])

    def __init__(self, *, trim_blocks: bool, lstrip_blocks: bool, newline: Literal["\n", "\r\n"]) -> None:
        super().__init__(
            variable_start_string="${{",
            variable_end_string="}}",
            trim_blocks=trim_blocks,
            lstrip_blocks=lstrip_blocks,
            newline_sequence=newline,
            keep_trailing_newline=True,
            undefined=Missing,
            finalize=finalize,
            autoescape=False,
            extensions=[Strictness],
            cache_size=0,
        )
        self.filters = {name: self.filters[name] for name in FILTER_NAMES.split()} | FILTERS
        self.tests = {name: self.tests[name] for name in TEST_NAMES.split()} | OWN_TESTS
        nothing = Missing(hint="undefined", obj=None, name="undefined")
        self.globals = {
            "range": self.globals["range"],
            "cycler": Cycler,
            "joiner": Joiner,
            "namespace": Namespace,
            "null": None,
            "undefined": nothing,
        }

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Keys of mappings, places of lists and texts, and the listed methods; no attribute of Python's."""
        if isinstance(obj, Undefined):
            bool(obj)  # raises for an unknown name
        elif isinstance(obj, dict):
            if isinstance(argument, str | int) and argument in obj:
                return obj[argument]
            if argument in ("items", "keys", "values"):
                return getattr(obj, argument)
        elif isinstance(obj, LoopContext | Cycler | Joiner | Namespace):
            return super().getattr(obj, str(argument))
        elif isinstance(obj, str | list | tuple) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                pass
        elif obj is not None:
            method = METHODS.find(obj, argument) if isinstance(argument, str) else None
            return (
                method() if method else self.undefined(hint=f"{argument!r} is not there", name=str(argument))
            )
        return self.undefined(hint=f"{argument!r} is not there", obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Macro) or super().is_safe_callable(obj)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`+` joins as soon as one side is text, as in JavaScript."""
        if isinstance(left, str) != isinstance(right, str):
            return as_text(finalize(left)) + as_text(finalize(right))
        return super().call_binop(context, operator, left, right)

    def parse_checked(self, source: str) -> nodes.Template:
        """The syntax tree; raises TemplateSyntaxError for what would read another file."""
        tree = self.parse(source)
        for node in tree.find_all(OTHER_FILES):
            raise TemplateSyntaxError("include, import and extends are not available", node.lineno)
        return tree

    def as_sole_expression(self, tree: nodes.Template) -> nodes.Template | None:
        """The tree that stores the value, where the text is exactly one `${{ … }}`."""
        match tree.body:
            case [nodes.Output(nodes=[only])] if not isinstance(only, nodes.TemplateData):
                store = nodes.Assign(nodes.Name("result", "store", lineno=1), only, lineno=1)
                return nodes.Template([store], lineno=1)
        return None


def finalize(value: Any) -> Any:
    """What a value prints: nothing for null, `true`, `1` for 1.0, as Nunjucks prints."""
    return value if isinstance(value, Undefined) else as_text(value)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: what is missing is None, whatever can be iterated a list."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if math.isfinite(value) else None
    if isinstance(value, Missing):
        bool(value)  # raises for an unknown name
        return None
    if isinstance(value, dict):
        return {as_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, Callable):  # type: ignore[arg-type]
        raise TypeError("the expression gives a function, which is not a value")
    return [plain(item) for item in value]
