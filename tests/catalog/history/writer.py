"""A process that changes the catalog for a while: writes, moves and removes what its folder declares.

python -m tests.catalog.history.writer <folder> <seed> <rounds>
"""

import random
import sys
from pathlib import Path

import django

TEMPLATE = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: %(name)s
%(labels)s
spec:
%(type)s
  owner: team-%(owner)d
  dependsOn: [%(needs)s]
"""


def describe(rng: random.Random, name: str) -> str:
    """A component with fields in a changing order, related to those of other writers."""
    labels = [f"    l{i}: v{rng.randrange(3)}" for i in rng.sample(range(4), rng.randrange(1, 4))]
    fields = ["  type: service", f"  lifecycle: {rng.choice(['production', 'experimental'])}"]
    rng.shuffle(fields)
    needs = ", ".join(f"'component:default/w{rng.randrange(4)}-{rng.randrange(8)}'" for _ in range(3))
    return TEMPLATE % {
        "name": name,
        "labels": "\n".join(["  labels:", *labels]),
        "type": "\n".join(fields),
        "owner": rng.randrange(3),
        "needs": needs,
    }


def main(folder: Path, seed: int, rounds: int) -> None:
    from catalog.models import Location
    from catalog.services import refresh_location, register_location, unregister_location
    from portal.accounts.principal import SYSTEM

    rng = random.Random(seed)
    file = folder / "all.yaml"
    for _ in range(rounds):
        names = [f"w{seed}-{i}" for i in range(8) if rng.random() < 0.7] or [f"w{seed}-0"]
        file.write_text("---\n".join(describe(rng, name) for name in names))
        location = Location.objects.filter(target=str(file)).first()
        if location is None:
            register_location(f"file:{file}", actor=SYSTEM, root=str(folder))
        elif rng.random() < 0.1:
            unregister_location(location.uid, actor=SYSTEM)
        else:
            refresh_location(location.uid, actor=SYSTEM)


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
