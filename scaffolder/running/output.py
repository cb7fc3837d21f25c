"""What a task shows when it has completed: links and texts of the template's `output`, rendered."""

from typing import Any
from urllib.parse import urlsplit

from scaffolder.renderer.process import Renderer, RenderError

SAFE_SCHEMES = ("http", "https", "mailto")


def render_output(
    written: dict[str, Any], context: dict[str, Any], renderer: Renderer
) -> tuple[dict[str, Any], list[str]]:
    """The output and a sentence for each part of it that could not be shown; the effects are done by now."""
    output: dict[str, Any] = {}
    warnings: list[str] = []
    for key, value in written.items():
        if key in ("links", "text") and isinstance(value, list):
            rendered = [_item(item, f"output.{key}.{place}", context, renderer, warnings)
                        for place, item in enumerate(value)]  # fmt: skip
            output[key] = [item for item in rendered if item is not None]
            continue
        try:
            output[key] = renderer.render_value(value, context, where=f"output.{key}")
        except RenderError as error:
            warnings.append(str(error))
    return output, warnings


def _item(
    item: Any, where: str, context: dict[str, Any], renderer: Renderer, warnings: list[str]
) -> dict[str, Any] | None:
    """A link or a text; None where its `if` is false, it leads nowhere, or it cannot be rendered."""
    if not isinstance(item, dict):
        return None
    try:
        if "if" in item and not renderer.render_value(item["if"], context, where=f"{where}.if"):
            return None
        shown = {key: value for key, value in item.items() if key != "if"}
        rendered: dict[str, Any] = renderer.render_value(shown, context, where=where)
    except RenderError as error:
        warnings.append(str(error))
        return None
    url = rendered.get("url")
    if url is not None and not is_safe_link(str(url)):
        warnings.append(f"{where}: {str(url)[:200]!r} is not a link to a web page.")
        return None
    return rendered


def is_safe_link(url: str) -> bool:
    """An absolute link to a page, or a path of this portal."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SAFE_SCHEMES
    return url.startswith("/") and not url.startswith(("//", "/\\"))
