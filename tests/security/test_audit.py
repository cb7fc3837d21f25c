"""What somebody does is in the audit log once, with who, what, how it ended and the request's id.

That it is there once when it is denied, for every mutation that there is: test_token_scopes.py.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts.models import Account
from portal.audit.models import Record

pytestmark = pytest.mark.django_db

WEB = "component:default/web"
DESCRIPTOR = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team-a}
"""


@pytest.fixture
def do(graphql: Any, admin: Account) -> Callable[..., Any]:
    """Sends one mutation as an administrator, for its answer. It is told once, as `action` `of` something."""
    client = graphql(admin)

    def run(mutation: str, selection: str, *, action: str, of: str | None = None, **given: Any) -> Any:
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        query = (
            f"mutation($input: {kind}) {{ {mutation}(input: $input) {{ {selection} problems {{ code }} }} }}"
        )
        began = timezone.now()
        answer = client.post(query, input=given)
        body = answer.json()["data"][mutation]
        assert body["problems"] == []
        [record] = Record.objects.filter(request_id=answer["X-Request-ID"])
        assert (record.actor, record.action, record.outcome) == ("user:default/admin", action, "allowed")
        assert of is None or record.target == of
        assert timedelta(0) <= record.at - began < timedelta(minutes=1)
        return body

    return run


def test_each_thing_that_is_done_is_told_once(do: Callable[..., Any], settings: Any, tmp_path: Path) -> None:
    settings.CATALOG_ROOTS = [tmp_path]
    file = tmp_path / "catalog-info.yaml"
    file.write_text(DESCRIPTOR)
    target = f"file:{file}"
    made = do("registerLocation", "location { id }", action="location.register", of=target, target=target)
    place = made["location"]["id"]
    do("setFavourite", "", action="entity.favourite", of=WEB, ref=WEB, favourite=True)
    do("refreshEntity", "", action="entity.refresh", of=WEB, ref=WEB)
    do("refreshLocation", "", action="location.refresh", of=target, locationId=place)
    title = {"ref": WEB, "path": "/metadata/title"}
    do("setOverlay", "", action="overlay.set", **title, value="Web", reason="it is")
    do("removeOverlay", "", action="overlay.remove", **title)
    wanted = {"name": "ci", "scopes": ["read"], "expiresInDays": 1}
    token = do("createApiToken", "token { id }", action="token.create", **wanted)["token"]["id"]
    do("revokeApiToken", "", action="token.revoke", id=token)
    do("unregisterLocation", "", action="location.unregister", of=target, id=place)
