"""Actions that change Kubernetes clusters: namespaces, server-side apply, readiness, deletion."""

from scaffolder.actions.kubernetes import apply, objects

ACTIONS = (apply.APPLY, apply.CREATE_NAMESPACE, objects.DELETE, objects.WAIT)
