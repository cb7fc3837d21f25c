"""MkDocs builds what others wrote in a process that can do nothing else: attacks on it, and its limits."""

import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from plugins.docs.building.running import MODULE, BuiltSite, LimitedProcesses, Limits, build_site
from plugins.docs.errors import DocsError
from plugins.docs.exporting import Export
from plugins.docs.models import DocSet
from tests.catalog.sources.conftest import git, web  # noqa: F401 - fixtures

HOSTILE_CONFIG = """\
site_name: !!python/object/apply:os.system ["touch {canary}"]
docs_dir: docs
INHERIT: /etc/passwd
hooks: [hook.py]
plugins:
  - techdocs-core
  - macros: {{modules: [hook]}}
  - exec: !!python/name:os.system
theme: {{name: null, custom_dir: /etc}}
extra_javascript: [https://evil.example/x.js]
markdown_extensions:
  - pymdownx.snippets: {{base_path: /, check_paths: true, url_download: true}}
  - pymdownx.superfences:
      custom_fences:
        - name: x
          format: !!python/name:os.system
  - evil.extension
  - toc: {{permalink: true}}
nav:
  - Start: index.md
  - Away: ../../../../etc/passwd
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that whoever builds may enter."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def built(*, limits: Limits | None = None, config: dict | None = None, **pages: str) -> BuiltSite:
    files = {f"{name}.md": text.encode() for name, text in pages.items()}
    with LimitedProcesses(MODULE) as processes:
        return build_site(
            Export("docs", config=config or {}, pages=files), "Site", limits or Limits(), processes
        )


def test_a_hostile_repository_runs_nothing_and_shows_no_file_of_ours(folder, docs_of, tmp_path):
    canary = tmp_path / "canary"
    (tmp_path / "secret.txt").write_text("canary-secret")
    folder.entity()
    folder.write("engine/mkdocs.yml", HOSTILE_CONFIG.format(canary=canary))
    folder.write("engine/hook.py", f"open({str(canary)!r}, 'w')")
    folder.write("engine/docs/hook.py", f"open({str(canary)!r}, 'w')")
    folder.write("engine/docs/main.html", "{{ config.__class__ }}")
    folder.write(
        "engine/docs/index.md",
        '---\ntemplate: sitemap.xml\n---\n# Engine\n\n--8<-- "/etc/passwd"\n\n'
        f'--8<-- "{tmp_path}/secret.txt"\n\n--8<-- "https://evil.example/x"\n\n'
        "{{ 7 * 7 }} {% include '/etc/passwd' %}\n\n```plantuml\nA -> B\n```\n\n![x](../../../etc/passwd)\n",
    )
    (folder.path / "engine/docs/leak.md").symlink_to("/etc/passwd")
    (folder.path / "engine/docs/leak.png").symlink_to(tmp_path / "secret.txt")
    folder.register()
    assert docs_of()["problem"] is None
    html = docs_of()["page"]["html"]
    assert not canary.exists()
    assert "root:" not in html
    assert "canary-secret" not in html
    assert "{{ 7 * 7 }}" in html
    docset = DocSet.objects.get()
    kept = [path for path in (folder.path.parent / "home").rglob("*") if path.is_file()]
    assert sorted(path.name for path in kept) == [
        "index.html", "search_index.json", "techdocs_metadata.json",
    ]  # fmt: skip
    assert not [path for path in kept if b"root:" in path.read_bytes() or b"canary" in path.read_bytes()]
    assert docset.notes[:7] == [
        "mkdocs.yml: INHERIT is not used here.",
        "mkdocs.yml: extra_javascript is not used here.",
        "mkdocs.yml: hooks is not used here.",
        "mkdocs.yml: the plugin macros is not used here.",
        "mkdocs.yml: the plugin exec is not used here.",
        "mkdocs.yml: the Markdown extension pymdownx.snippets is not used here.",
        "mkdocs.yml: the Markdown extension evil.extension is not used here.",
    ]


def test_the_process_has_no_network_where_the_kernel_allows_it():
    assert built(index="# A").not_isolated == ""


ESCAPES = {
    "a file of the machine": "open('/etc/passwd')",
    "a file beside its own": "open(folder / 'docs' / 'new.md', 'w')",
    "a program": "__import__('os').system('true')",
    "another process": "__import__('os').fork()",
    "a program by its library": "__import__('subprocess').run(['true'])",
    "a connection": "__import__('socket').create_connection(('127.0.0.1', port), 1)",
    "a way around Python": "__import__('ctypes').CDLL(None)",
}


@pytest.mark.parametrize("code", ESCAPES.values(), ids=ESCAPES.keys())
def test_code_that_ran_in_the_process_could_not_leave_it(code, place):
    (place / "out").mkdir()
    program = f"""
import sys, pathlib, socket, ctypes, subprocess
sys.path.insert(0, {str(django_settings.BASE_DIR)!r})
from plugins.docs.building.confinement import drop_rights, leave_network, limit_resources, watch
folder, port = pathlib.Path({str(place)!r}), int(sys.argv[1])
leave_network()
limit_resources({{"cpu_seconds": 5, "memory_bytes": 1 << 29, "file_bytes": 1 << 20}})
drop_rights(folder / "out")
watch([folder], folder / "out")
try:
    {code}
except BaseException as error:
    print("refused", type(error).__name__)
else:
    print("done")
"""
    listener = socket.create_server(("127.0.0.1", 0))
    reached: list[object] = []
    threading.Thread(target=lambda: reached.append(listener.accept()), daemon=True).start()
    done = subprocess.run(
        [sys.executable, "-c", program, str(listener.getsockname()[1])],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("refused"), done.stderr
    assert not reached
    assert not (place / "docs").exists()


@pytest.mark.parametrize(
    ("limits", "page"),
    [
        (Limits(cpu_seconds=2, seconds=30), "[" * 900_000),
        (Limits(cpu_seconds=30, seconds=2), "[" * 900_000),
    ],
    ids=["processor", "clock"],
)
def test_a_page_that_never_ends_is_ended(limits, page):
    with pytest.raises(DocsError, match="takes more time than it may"):
        built(limits=limits, index=page)


def test_a_page_that_needs_too_much_memory_is_ended():
    with pytest.raises(DocsError, match="takes more memory than it may"):
        built(limits=Limits(memory_bytes=16 * 1024 * 1024), index="a\n\n" * 30_000)


def test_nesting_without_end_is_a_problem_and_no_crash():
    with pytest.raises(DocsError, match="nested too deeply"):
        built(index="".join(f"{'  ' * depth}- a\n" for depth in range(300)))


def test_navigation_that_mkdocs_refuses_is_a_problem_with_its_words():
    with pytest.raises(DocsError, match=r"nav in mkdocs\.yml"):
        built(index="# A", config={"nav": "index.md"})


MARKUP = """\
# Title

!!! note "Beware"
    Of **this**.

> [!WARNING]
> Also.

??? tip "More"
    Hidden.

- [x] done
- [ ] open

=== "Python"

    ```python
    print(1)
    ```

=== "Ruby"

    Puts.

| a | b |
|---|:-:|
| 1 | 2 |

Text[^1] ==marked== H~2~O :smile: ++ctrl++

[^1]: A note.

```mermaid
graph TD; A-->B
```

[click](https://x.example){ onclick="alert(1)" .md-button }
"""


def test_the_markdown_of_techdocs_is_understood(folder, docs_of):
    folder.entity()
    folder.write("engine/docs/index.md", MARKUP)
    folder.register()
    html = docs_of()["page"]["html"]
    for part in (
        '<div class="admonition note">\n<p class="admonition-title">Beware</p>',
        '<div class="admonition warning">',
        "<details",
        "☑ done",
        "☐ open",
        "<strong>Python</strong>",
        '<code class="language-python">print(1)',
        '<td align="center">2</td>',
        '<a href="#doc-fn:1"',
        'id="doc-fn:1"',
        "<mark>marked</mark>",
        "H<sub>2</sub>O",
        "😄",
        '<code class="language-mermaid">graph TD; A--&gt;B',
    ):
        assert part in html, part
    assert "onclick" not in html
    assert DocSet.objects.get().broken == []


def test_temporary_files_of_a_build_are_gone(monkeypatch, place):
    monkeypatch.setattr("tempfile.tempdir", str(place))
    built(index="# A")
    with pytest.raises(DocsError):
        built(index="# A", config={"nav": "index.md"})
    assert list(place.iterdir()) == []
