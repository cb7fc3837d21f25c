"""`make bench`: this portal beside stock Backstage in one interleaved run.

Parts: ingest (register the catalog until listed and related), reads (every row at 1 and 16 connections),
gzip (the rows as browsers ask), writes, busy (reads while one entity changes every second), idle,
scaffolder (how soon tasks run, and how many), pages (ours only, in a real browser: from a click to rows).
"""

import argparse
import asyncio
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.catalog import write_catalog
from bench.ingest import call, idle, ingest, settle, write_component
from bench.load import Sample, measure
from bench.ours import ACCOUNT, PASSWORD, ROOT, portal
from bench.pages import pages
from bench.report import append, results
from bench.rows import Row, graphql_row, read_rows
from bench.scaffolder import prepare, scaffolder
from bench.servers import Target, file_server
from bench.stock_backstage import backstage
from bench.writes import writes
from portal.stack.errors import StackError
from portal.stack.ports import check_port

FILES_PORT, PORTAL_PORT, BACKSTAGE_PORT = 18899, 18000, 17007
PARTS = ("ingest", "idle", "reads", "gzip", "busy", "writes", "scaffolder", "pages")


def main() -> None:
    chosen = arguments()
    folder = chosen.folder.absolute()
    check_ports()
    catalog = folder / f"catalog-{chosen.entities}"
    manifest = write_catalog(catalog, chosen.entities)
    with ExitStack() as stack:
        files_url = stack.enter_context(file_server(catalog, FILES_PORT))
        targets = []
        if "portal" in chosen.targets:
            place = folder / f"portal-{chosen.entities}"
            targets.append(stack.enter_context(portal(place, port=PORTAL_PORT, files_port=FILES_PORT)))
        if "backstage" in chosen.targets:
            place = folder / f"backstage-{chosen.entities}"
            target = backstage(place, folder / "backstage", port=BACKSTAGE_PORT, files_port=FILES_PORT)
            targets.append(stack.enter_context(target))
        run = Run(targets, manifest, catalog, files_url, chosen)
        parts, samples = run.parts()
    chapter = results(parts, samples, f"{manifest['total']} entities, seed {manifest['seed']}")
    print(chapter)
    if chosen.record:
        append(ROOT / "bench" / "RESULTS.md", chapter)


def check_ports() -> None:
    """Whatever listens there already would be measured in our place."""
    for port in (FILES_PORT, PORTAL_PORT, BACKSTAGE_PORT):
        try:
            check_port("127.0.0.1", port, "--port")
        except StackError as error:
            raise SystemExit(f"Port {port} is taken: end what listens there.") from error


class Run:
    """The chosen parts, each on every target in turn."""

    def __init__(
        self, targets: list[Target], manifest: dict[str, Any], catalog: Path, files_url: str, chosen: Any
    ) -> None:
        self.targets, self.manifest, self.chosen = targets, manifest, chosen
        self.catalog, self.files_url = catalog, files_url

    def parts(self) -> tuple[dict[str, Any], list[Sample]]:
        found: dict[str, Any] = {}
        samples: list[Sample] = []
        for part in self.chosen.parts:
            if part == "ingest":
                found["Ingest"] = self._each(self._ingest)
            elif part == "idle":
                found["Idle"] = self._each(lambda target: idle(target, self.chosen.idle))
            elif part == "writes":
                found["Writes"] = self._each(
                    lambda target: writes(target, self.catalog, self.files_url, self.manifest, 20)
                )
            elif part == "scaffolder":
                found["Scaffolder"] = self._scaffolder()
            elif part == "pages":
                found["Pages, ours"] = self._pages()
            elif part == "busy":
                samples += self._busy()
            else:
                samples += self._read(part, zipped=part == "gzip")
        return found, samples

    def _each(self, measure_one: Any) -> dict[str, Any]:
        found = {}
        for target in self.targets:
            say(f"{target.label} …")
            found[target.label] = measure_one(target)
            say(f"  {found[target.label]}")
        return found

    def _ingest(self, target: Target) -> dict[str, Any]:
        """Not while the others still work on what they took in before. Backstage, which goes over all that it
        has without end, comes last, so that each is measured beside another that rests."""
        for each in self.targets:
            settle(each)
        return ingest(target, self.files_url, self.manifest)

    def _scaffolder(self) -> dict[str, Any]:
        prepare(self.catalog)
        home = self.chosen.folder.absolute() / f"portal-{self.chosen.entities}" / "home"
        return self._each(lambda target: scaffolder(target, self.files_url, self.catalog, home, 100))

    def _pages(self) -> dict[str, Any]:
        entity = f"component:default/{self.manifest['component_names'][0]}"
        ours = [target for target in self.targets if target.label == "portal"]
        return {each.label: pages(each.url, ACCOUNT, PASSWORD, entity) for each in ours}

    def _rows(self) -> list[Row]:
        rows = [*read_rows(self.manifest), graphql_row(self.manifest)]
        wanted = self.chosen.rows
        return [row for row in rows if not wanted or any(word in row.name for word in wanted)]

    def _read(self, name: str, *, zipped: bool) -> list[Sample]:
        samples = []
        for target in self.targets:
            say(f"{target.label} settled after {settle(target):.0f} s")
        for repeat in range(self.chosen.repeats):
            for row in self._rows():
                for connections in (1,) if row.at_least else self.chosen.connections:
                    for target in self.targets if repeat % 2 == 0 else self.targets[::-1]:
                        sample = asyncio.run(
                            measure(row, target, connections, self.chosen.seconds, zipped=zipped)
                        )
                        if name != "reads":
                            sample.row = f"{sample.row} ({name})"
                        say(
                            f"{sample.target} {sample.row} c={connections}: {sample.per_second:.0f}/s "
                            f"CPU {sample.cpu_ms:.2f} ms errors {sample.errors} {sample.shows or ''}"
                        )
                        samples.append(sample)
        return samples

    def _busy(self) -> list[Sample]:
        """The reads while one entity of each portal changes every second."""
        stop = threading.Event()
        owner = self.manifest["group_names"][0]
        for target in self.targets:
            write_component(self.catalog, f"busy-{target.label}", "0", owner)
            url = f"{self.files_url}/busy-{target.label}.yaml"
            call(target, "POST", "/api/catalog/locations", {"type": "url", "target": url})

        def change() -> None:
            number = 0
            while not stop.wait(1):
                number += 1
                for target in self.targets:
                    name = f"busy-{target.label}"
                    write_component(self.catalog, name, str(number), owner)
                    call(target, "POST", "/api/catalog/refresh", {"entityRef": f"component:default/{name}"})

        writer = threading.Thread(target=change, daemon=True)
        writer.start()
        try:
            return self._read("busy", zipped=False)
        finally:
            stop.set()
            writer.join()


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    listed = lambda text: [each for each in text.split(",") if each]  # noqa: E731
    parser.add_argument("--entities", type=int, default=10_000)
    parser.add_argument("--parts", type=listed, default=list(PARTS), help=",".join(PARTS))
    parser.add_argument("--rows", type=listed, default=[], help="words of the rows' names")
    parser.add_argument("--targets", type=listed, default=["backstage", "portal"])
    parser.add_argument("--connections", type=lambda text: [int(n) for n in text.split(",")], default=[1, 16])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each row, repeat and target")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of doing nothing")
    parser.add_argument("--folder", type=Path, default=ROOT / ".portal" / "bench")
    parser.add_argument("--record", action="store_true", help="add the table to bench/RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
