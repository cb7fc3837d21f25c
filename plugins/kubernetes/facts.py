"""What checks may ask of what runs of an entity: `kubernetes.crashLoops`, `kubernetes.versions`, …"""

from collections.abc import Sequence

from portal.plugin_api import SYSTEM, Fact, Facts, Known
from portal.plugin_api.catalog import Entity

from .selectors import running_by_entity


def kubernetes_facts(entities: Sequence[Entity]) -> dict[int, Known]:
    """Of the entities of which any cluster has told something."""
    found = {}
    for pk, running in running_by_entity(entities, SYSTEM).items():
        told = [each for each in running.clusters if each.summary]
        if told:
            values = {
                "level": running.level,
                "clusters": len(told),
                "clustersUnreachable": sum(bool(each.problem) for each in running.clusters),
                "pods": running.sum_of("pods"),
                "podsReady": running.sum_of("ready"),
                "crashLoops": running.sum_of("crash_loops"),
                "images": sorted({f"{each.image}:{each.version}" for each in running.versions}),
                "versions": sorted({each.version for each in running.versions}),
                "drift": bool(running.drift),
            }
            found[pk] = Known(values, as_of=running.as_of)
    return found


facts = Facts(
    (
        Fact("level", str, "The worst of all clusters: ok, warning, error or unknown."),
        Fact("clusters", int, "On how many clusters anything of it was seen."),
        Fact("clustersUnreachable", int, "Of how many clusters nothing newer is known now."),
        Fact("pods", int, "How many pods it has."),
        Fact("podsReady", int, "How many of them are ready."),
        Fact("crashLoops", int, "How many of them are restarted again and again."),
        Fact("images", list, "The images of its workloads, with their versions."),
        Fact("versions", list, "The versions of its images, each once."),
        Fact("drift", bool, "Whether clusters of one environment run different versions of an image."),
    ),
    kubernetes_facts,
)
