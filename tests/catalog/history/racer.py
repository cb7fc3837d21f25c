"""A process that refreshes, removes and registers the same locations as its brothers, for a while.

python -m tests.catalog.history.racer <folder> <seed> <rounds>
"""

import random
import sys
from pathlib import Path

import django

FILES = ("a.yaml", "b.yaml")


def main(folder: Path, seed: int, rounds: int) -> None:
    from catalog.models import Location
    from catalog.services import refresh_location, register_location, unregister_location
    from portal.accounts.principal import SYSTEM
    from portal.rest.errors import Conflict, NotFound

    rng = random.Random(seed)
    for _ in range(rounds):
        file = folder / rng.choice(FILES)
        location = Location.objects.filter(target=str(file)).first()
        try:
            if location is None:
                register_location(f"file:{file}", actor=SYSTEM, root=str(folder))
            elif rng.random() < 0.2:
                unregister_location(location.uid, actor=SYSTEM)
            else:
                Location.objects.filter(pk=location.pk).update(etag="")
                refresh_location(location.uid, actor=SYSTEM)
        except (Conflict, NotFound):
            continue  # a brother was first


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
