"""The language of templates against Backstage's, and what it refuses; in the real limited process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffolder.renderer import forking
from scaffolder.renderer.process import Renderer, RenderError, RenderLimit
from tests.chaos.rig import wait_until

CONTEXT = {
    "parameters": {
        "name": "Shopping Cart",
        "count": 2,
        "ratio": 1.0,
        "yes": True,
        "no": False,
        "nothing": None,
        "list": ["a", "b"],
        "empty": [],
        "object": {"items": "own key", "b": {"c": [1, {"d": 2}]}},
        "repoUrl": "github.com?owner=acme&repo=cart",
        "owner": "group:default/team-a",
        "quote": 'say "hi"',
    },
    "steps": {"publish": {"output": {"remoteUrl": "https://x/y.git"}}},
}
TEAM = {"kind": "group", "namespace": "default", "name": "team-a"}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("plain", "plain"),
        ("${{ parameters.name }}", "Shopping Cart"),
        # a text that is one expression keeps its type
        ("${{ parameters.count }}", 2),
        ("${{ parameters.yes }}", True),
        ("${{ parameters.list }}", ["a", "b"]),
        ("${{ parameters.object.b }}", {"c": [1, {"d": 2}]}),
        ("${{ parameters.nothing }}", None),
        ("${{ parameters.missing }}", None),
        ("${{ parameters.missing.deeper }}", None),
        ("${{ parameters.ratio }}", 1),
        ("${{ 1 + 1 }}", 2),
        ("${{ parameters.count > 1 and parameters.yes }}", True),
        # in a text, values print as in JavaScript
        ("n=${{ parameters.count }}", "n=2"),
        ("n=${{ parameters.ratio }}", "n=1"),
        ("n=${{ parameters.yes }} ${{ parameters.no }}", "n=true false"),
        ("n=${{ parameters.nothing }}.", "n=."),
        ("n=${{ parameters.list }}", "n=a,b"),
        # operators
        ("${{ parameters.name === 'Shopping Cart' }}", True),
        ("${{ parameters.count !== 2 }}", False),
        ("${{ parameters.yes !== true }}", False),
        ("${{ 'v' + parameters.count }}", "v2"),
        ("${{ 'a' if parameters.no else 'b' }}", "b"),
        ("${{ parameters.missing or 'default' }}", "default"),
        ("${{ undefined if parameters.yes else 1 }}", None),
        # keys win over methods
        ("${{ parameters.object.items }}", "own key"),
        ("${{ parameters['name'] }}", "Shopping Cart"),
        ("${{ parameters.list[1] }}", "b"),
        ("${{ parameters.list[9] }}", None),
        ("${{ steps['publish'].output.remoteUrl }}", "https://x/y.git"),
        # methods of texts and lists
        ("${{ parameters.name.length }}", 13),
        ("${{ parameters.list.length }}", 2),
        ("${{ parameters.name.toLowerCase().replaceAll(' ', '-') }}", "shopping-cart"),
        ("${{ parameters.name.replace('p', 'P') }}", "ShoPping Cart"),
        ("${{ parameters.name.split(' ') }}", ["Shopping", "Cart"]),
        ("${{ parameters.list.includes('a') }}", True),
        ("${{ parameters.list.join('+') }}", "a+b"),
        ("${{ parameters.name.startsWith('Shop') }}", True),
        # filters
        ("${{ parameters.name | lower }}", "shopping cart"),
        ("${{ parameters.name | upper }}", "SHOPPING CART"),
        ("${{ 'a b' | title }}", "A B"),
        ('${{ parameters.name | lower | replace(" ", "") }}', "shoppingcart"),
        ("${{ parameters.missing | default('x') }}", "x"),
        ("${{ parameters.nothing | default('x', true) }}", "x"),
        ("${{ parameters.list | first }}", "a"),
        ("${{ parameters.list | join('-') }}", "a-b"),
        ("${{ parameters.quote | dump }}", '"say \\"hi\\""'),
        ("${{ parameters.object | dump }}", '{"items":"own key","b":{"c":[1,{"d":2}]}}'),
        ("${{ parameters.repoUrl | parseRepoUrl }}", {"host": "github.com", "owner": "acme", "repo": "cart"}),
        ("${{ (parameters.repoUrl | parseRepoUrl).repo | upper }}", "CART"),
        ("${{ parameters.repoUrl | projectSlug }}", "acme/cart"),
        (
            "${{ parameters.owner | parseEntityRef }}",
            TEAM,
        ),
        ("${{ parameters.owner | parseEntityRef | pick('name') }}", "team-a"),
        ("${{ 'jane' | parseEntityRef({'defaultKind': 'User'}) | pick('kind') }}", "User"),
        ("${{ parameters.object | pick('b.c[1].d') }}", 2),
        # tests
        ("${{ parameters.missing is defined }}", False),
        ("${{ unknown is defined }}", False),
        ("${{ parameters.count is odd }}", False),
        # statements
        ("{% if parameters.missing %}a{% else %}b{% endif %}", "b"),
        ("{%- for x in parameters.list %}[${{ x }}]{% endfor %}", "[a][b]"),
        ("{% set x = 'y' %}${{ x }}!", "y!"),
        ("{% raw %}${{ github.ref }}{% endraw %}", "${{ github.ref }}"),
        ("{{ parameters.name }}", "{{ parameters.name }}"),
        # nested input
        (
            {"a": ["${{ parameters.count }}", {"b": "${{ parameters.name }}"}]},
            {"a": [2, {"b": "Shopping Cart"}]},
        ),
    ],
)
def test_expressions_give_what_backstage_gives(renderer: Renderer, template: Any, value: Any) -> None:
    assert renderer.render_value(template, CONTEXT, where="input") == value


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }}",
        "${{ 7*7 }}",
        "${{ secrets.X }}",
        "{% raw %}",
        "{{ ''.__class__ }}",
        "{% if true %}x{% endif %}",
        "{# comment #}",
    ],
)
def test_a_value_is_data_however_it_looks(renderer: Renderer, text: str) -> None:
    context = {"values": {"v": text}, "parameters": {"v": text}}
    once = renderer.render_value(
        {"a": "${{ parameters.v }}", "b": "x${{ parameters.v }}"}, context, where="input"
    )
    assert once == {"a": text, "b": f"x{text}"}
    assert renderer.render_text("${{ values.v }}\n", context, where="file") == f"{text}\n"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a ${{ parameters.missing }}", "'missing' is not there"),
        ("${{ unknown }}", "'unknown' is undefined"),
        ("${{ unknown.x }}", "'unknown' is undefined"),
        ("{% if unknown %}{% endif %}", "'unknown' is undefined"),
        ("${{ secrets.TOKEN }}", "'secrets' is undefined"),
        ("${{ settings }}", "'settings' is undefined"),
        ("${{ request }}", "'request' is undefined"),
        ("${{ self }}", "self"),
        ("${{ ''.__class__ }}", "'__class__' is not there"),
        ("${{ [].__class__.__mro__ }}", "'__class__' is not there"),
        ("${{ parameters.name.format(1) }}", "'format' is not there"),
        ("${{ cycler.__init__.__globals__ }}", "'__init__' is not there"),
        ("${{ range.__self__ }}", "'__self__' is not there"),
        ("${{ lipsum.__globals__ }}", "'lipsum' is undefined"),
        ("${{ parameters | attr('__class__') }}", "No filter named 'attr'"),
        ("${{ parameters.list | map('upper') }}", "No filter named 'map'"),
        ("{% include '/etc/passwd' %}", "there is no file '/etc/passwd' to take from"),
        ("{% import 'os' as os %}", "there is no file 'os' to take from"),
        ("{% extends 'x' %}", "there is no file 'x' to take from"),
        ("${{ parameters.name", "unexpected end of template"),
        ("${{ range }}", "gives a function"),
        ("${{ 'x' | parseRepoUrl }}", "is not a repository URL"),
        ("${{ 'x' | parseEntityRef }}", "is not an entity reference"),
        ("${{ 1 / 0 }}", "division by zero"),
        ("${{ 'a' * 10**9 }}", "'a' is not a number"),
        ("{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}", "calls itself too deeply"),
    ],
)
def test_what_cannot_be_is_an_error_with_a_reason(renderer: Renderer, template: str, message: str) -> None:
    with pytest.raises(RenderError, match="input, line 1, ") as refused:
        renderer.render_value(template, CONTEXT, where="input")
    assert message in str(refused.value)
    assert str(Path(__file__).parents[2]) not in str(refused.value)


def test_an_error_names_file_line_and_expression(renderer: Renderer) -> None:
    text = "first\nsecond\n  third: ${{ values.nmae }}\n"
    with pytest.raises(RenderError) as refused:
        renderer.render_text(text, {"values": {"name": "x"}}, where="catalog-info.yaml")
    assert str(refused.value) == "catalog-info.yaml, line 3, ${{ values.nmae }}: 'nmae' is not there."


def test_an_error_in_an_input_names_its_key(renderer: Renderer) -> None:
    template = {"values": {"list": ["ok", "x ${{ parameters.missing }}"]}}
    with pytest.raises(RenderError, match=r"^steps\.fetch\.input\.values\.list\.1, line 1"):
        renderer.render_value(template, CONTEXT, where="steps.fetch.input")


@pytest.mark.parametrize(
    ("template", "limit"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "longer"),
        ("${{ 'a'.repeat(10**9) }}", "memory"),
        ("${{ 'a' | center(10**9) }}", "memory"),
        ("${{ range(10**9) }}", "memory"),
        ("{% set a = 'x' %}{% for i in range(40) %}{% set a = a + a %}{% endfor %}", "memory"),
        ("${{ 'abcdefgh'.repeat(10**6) }}", "gave more"),
        ("${{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.replace(r/^(a+)+$/, '') }}", "longer"),
    ],
)
def test_a_bomb_ends_its_own_process_only(template: str, limit: str) -> None:
    with Renderer() as renderer:
        assert renderer.render_value("${{ 1 + 1 }}", {}, where="input") == 2
        with pytest.raises(RenderLimit, match=f"template limit: .*{limit}"):
            renderer.render_value(template, {}, where="input")
        assert renderer.render_value("${{ 1 + 1 }}", {}, where="input") == 2, "a fresh process goes on"


def test_the_process_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "secret")
    with Renderer() as renderer:
        renderer.render_value("${{ 1 }}", {}, where="input")
        process = renderer._process
        assert process is not None
        proc = Path(f"/proc/{process.pid}")
        if os.getuid() == 0:
            assert "\nUid:\t0" not in (proc / "status").read_text()
        assert (proc / "environ").read_bytes() == b""
        limits = (proc / "limits").read_text()
        assert "Max address space         268435456" in limits
        assert "Max processes             0" in limits
        assert "Max open files            3" in limits
        assert "Max file size             0" in limits
        assert str((proc / "cwd").readlink()).endswith(" (deleted)"), "a folder that is gone"
        assert {int(file.name) for file in (proc / "fd").iterdir()} == {0, 1, 2}
    assert not proc.exists()


def test_the_process_that_others_are_forked_from_may_die() -> None:
    with Renderer() as renderer:
        assert renderer.render_value("${{ 1 }}", {}, where="input") == 1
        os.kill(forking._mother()._process.pid, signal.SIGKILL)
        assert renderer.render_value("${{ 2 }}", {}, where="input") == 2
    with Renderer() as renderer:
        assert renderer.render_value("${{ 3 }}", {}, where="input") == 3


def test_no_process_is_left_when_a_worker_is_gone() -> None:
    """However it went: it is told by its socket."""
    program = (
        "import os, django; django.setup();"
        "from scaffolder.renderer import forking; from scaffolder.renderer.process import Renderer;"
        "renderer = Renderer(); renderer.render_value('${{ 1 }}', {}, where='x');"
        "print(renderer._process.pid, forking._mother()._process.pid, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pids = done.stdout.split()
    wait_until(lambda: not any(_is_running(pid.decode()) for pid in pids), seconds=5)
    assert len(pids) == 2


def _is_running(pid: str) -> bool:
    """A process that has ended may be listed until its parent has taken notice."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
