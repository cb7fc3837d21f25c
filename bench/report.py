"""The table: ours against Backstage, with what both show, errors, and the machine it was measured on."""

import json
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.load import Sample

HEAD = (
    "| row | c | Backstage req/s | ours | factor | Backstage CPU ms | ours | factor | ours p95 ms | same |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "load": [round(each, 1) for each in os.getloadavg()],
    }


def reads_table(samples: list[Sample]) -> list[str]:
    """One line a row and number of connections: medians over the repeats."""
    grouped: dict[tuple[str, int], dict[str, list[Sample]]] = {}
    for sample in samples:
        grouped.setdefault((sample.row, sample.connections), {}).setdefault(sample.target, []).append(sample)
    lines = list(HEAD)
    for (row, connections), targets in grouped.items():
        cells = [row, str(connections), *_cells(targets.get("backstage", []), targets.get("portal", []))]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _cells(backstage: list[Sample], ours: list[Sample]) -> list[str]:
    theirs_rate, our_rate = _median(backstage, "per_second"), _median(ours, "per_second")
    theirs_cpu, our_cpu = _median(backstage, "cpu_ms"), _median(ours, "cpu_ms")
    errors = sum(sample.errors for sample in backstage + ours)
    p95 = statistics.median(1000 * sample.percentile(0.95) for sample in ours) if ours else 0
    same = "-" if not (backstage and ours) else _same(backstage[0], ours[0])
    if errors:
        same = f"{errors} errors"
    return [
        f"{theirs_rate:.0f}",
        f"{our_rate:.0f}",
        _times(our_rate, theirs_rate),
        f"{theirs_cpu:.2f}",
        f"{our_cpu:.2f}",
        _times(theirs_cpu, our_cpu),
        f"{p95:.1f}",
        same,
    ]


def _same(one: Sample, other: Sample) -> str:
    if one.shows is None or other.shows is None:
        return "-"
    return "yes" if one.shows == other.shows else f"{one.shows} / {other.shows}"


def _median(samples: list[Sample], name: str) -> float:
    return statistics.median(getattr(sample, name) for sample in samples) if samples else 0.0


def _times(better: float, base: float) -> str:
    return f"{better / base:.1f}" if base else "-"


def results(parts: dict[str, Any], samples: list[Sample], title: str) -> str:
    """A chapter of RESULTS.md."""
    lines = [f"## {title}", "", f"`{json.dumps(machine())}`", ""]
    for name, found in parts.items():
        lines += [f"### {name}", "", "| | " + " | ".join(found) + " |", "|---|" + "---|" * len(found)]
        keys = dict.fromkeys(key for value in found.values() for key in value)
        for key in keys:
            cells = [_show(value.get(key)) for value in found.values()]
            lines.append(f"| {key} | {' | '.join(cells)} |")
        lines.append("")
    if samples:
        lines += ["### Reads", "", *reads_table(samples), ""]
    return "\n".join(lines)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return "-" if value is None else str(value)


def append(path: Path, chapter: str) -> None:
    """Newest first, below the title."""
    title, _, rest = path.read_text().partition("\n## ") if path.exists() else ("# Results\n", "", "")
    path.write_text(f"{title.rstrip()}\n\n{chapter}" + (f"\n## {rest}" if rest else ""))
