"""A small company in a catalog of real files, part of it in a namespace that only team-a may read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.models import Location
from catalog.services import register_location
from portal.accounts.models import NamespaceGrant
from portal.accounts.principal import SYSTEM

COMPANY = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: everyone}
spec: {type: company, profile: {displayName: Everyone at ACME}, children: [team-a, team-b]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a, title: Team A}
spec: {type: team, parent: everyone, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-b}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {profile: {displayName: Mia Member, email: mia@acme.test}, memberOf: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: shop}
spec: {owner: team-a}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: orders}
spec: {owner: team-a, domain: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: web
  title: Web shop
  description: Where people buy.
  tags: [python, public]
  labels: {tier: "1"}
  annotations: {acme.test/pager: "on"}
  links:
    - {url: "https://shop.acme.test", title: Shop, icon: web}
    - {url: "javascript:alert(1)", title: Trap}
spec:
  zebra: 1
  type: website
  lifecycle: production
  owner: team-a
  system: orders
  consumesApis: [orders-api]
  dependsOn: ["component:backend", "resource:database", "component:lost"]
  apple: {b: 1, a: [2, 3]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: backend, tags: [python]}
spec:
  {type: service, lifecycle: experimental, owner: "user:member", system: orders, providesApis: [orders-api]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: report}
spec: {type: service, lifecycle: deprecated, owner: nobody, subcomponentOf: backend}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders-api}
spec: {type: openapi, lifecycle: production, owner: team-b, system: orders, definition: "openapi: 3.1.0"}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: database}
spec: {type: database, owner: team-b}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: west}
spec: {type: kubernetes-cluster, owner: team-b}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: new-service, title: New service}
spec:
  type: service
  owner: team-a
  presentation: {buttonLabels: {createButtonText: Make it}}
  parameters:
    - title: About
      description: What it is
      required: [name]
      properties:
        zone: {type: string}
        name: {type: string}
    - title: Where
      properties: {repo: {type: string}}
  steps:
    - {id: log, name: Log, action: "debug:log", input: {message: hello}}
"""

HIDDEN = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: agents, namespace: hidden}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: vault, namespace: hidden, title: Canary vault, tags: [canary, python]}
spec:
  type: service
  lifecycle: production
  owner: agents
  system: default/orders
  dependsOn: ["component:default/backend", "component:default/web"]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: seen, tags: [python]}
spec:
  type: service
  lifecycle: production
  owner: hidden/agents
  dependsOn: ["component:hidden/vault", "component:hidden/missing"]
"""


@pytest.fixture
def load(tmp_path: Path, db: None) -> Callable[..., Location]:
    """Registers a file with the given text as a trusted location, as the operator does."""

    def register(text: str, name: str = "catalog-info.yaml") -> Location:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return register_location(f"file:{file}", actor=SYSTEM, trusted=True)

    return register


@pytest.fixture
def company(load: Callable[..., Location]) -> Location:
    return load(COMPANY)


@pytest.fixture
def hidden(company: Location, load: Callable[..., Location]) -> Location:
    """Also what only team-a may read: hidden/vault and hidden/agents; and default/seen, which names both."""
    location = load(HIDDEN, "hidden.yaml")
    NamespaceGrant.objects.create(namespace="hidden", subject="group:default/team-a", role="reader")
    return location
