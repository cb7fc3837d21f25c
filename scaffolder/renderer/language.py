"""The language of templates, as Backstage evaluates it: Nunjucks, interpreted.

Nothing of Python is in a template's reach. Runs in the limited child only, and imports the standard library
and its own package.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffolder.renderer.inheritance import Template
from scaffolder.renderer.lexer import Syntax
from scaffolder.renderer.scope import Run, Scope
from scaffolder.renderer.statements import Data, Print
from scaffolder.renderer.template_parser import parse
from scaffolder.renderer.values import as_number, as_text, plain, truthy

JSON_WORD = re.compile(r"\s*[\[{\"\d\-tfn]")


@dataclass
class Language:
    """Parses and renders with one set of options; what was parsed once is kept while the process lives."""

    syntax: Syntax
    load_source: Callable[[str], str]
    _parsed: dict[str, Template] = field(default_factory=dict)

    def parse(self, source: str) -> Template:
        template = self._parsed.get(source)
        if template is None:
            template = self._parsed[source] = parse(source, self.syntax)
        return template

    def render(self, source: str, context: dict[str, Any]) -> str:
        return self.parse(source).render(self._run(), context)

    def value(self, source: str, context: dict[str, Any]) -> Any:
        """What a text of a template's YAML gives: its type is kept where it is one expression.

        One statement alone gives what its text is in JSON; a text that comes out empty is no value.
        """
        template = self.parse(source)
        run = self._run()
        match template.body:
            case (Print() as only,):
                return plain(only.value(Scope(run, dict(context))))
            case (only,) if not isinstance(only, Data):
                return _from_json(template.render(run, context))
        return template.render(run, context) or None

    def _run(self) -> Run:
        return Run(globals_of_a_run(), lambda name: self.parse(self.load_source(name)))


def _from_json(text: str) -> Any:
    try:
        return json.loads(text) if JSON_WORD.match(text) else text or None
    except ValueError:
        return text


def globals_of_a_run() -> Mapping[str, Any]:
    """Fresh for each rendering: cyclers remember their place."""
    return {
        "range": _range,
        "cycler": lambda *items: _cycler(items),
        "joiner": _joiner,
        "undefined": None,
        "True": True,
        "False": False,
        "None": None,
    }


def _range(start: Any, stop: Any = None, step: Any = 1) -> list[int]:
    if stop is None:
        start, stop = 0, start
    return list(range(int(as_number(start)), int(as_number(stop)), int(as_number(step)) or 1))


def _cycler(items: tuple[Any, ...]) -> dict[str, Any]:
    state: dict[str, Any] = {"current": None}
    place = -1

    def advance() -> Any:
        nonlocal place
        place = (place + 1) % len(items)
        state["current"] = items[place]
        return items[place]

    def reset() -> None:
        nonlocal place
        place, state["current"] = -1, None

    state |= {"next": advance, "reset": reset}
    return state


def _joiner(separator: Any = ",") -> Callable[[], str]:
    used = False

    def join() -> str:
        nonlocal used
        text, used = (as_text(separator) if used and truthy(separator) else ""), True
        return text

    return join
