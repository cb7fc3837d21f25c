"""Kubernetes clusters, for plugins: those of PORTAL_CLUSTERS and their API. In tasks only."""

from portal.integrations.clusters import ClusterConfig, all_clusters
from portal.integrations.errors import IntegrationError, NotFound, Unauthorized
from portal.integrations.kubernetes import Cluster

__all__ = ["Cluster", "ClusterConfig", "IntegrationError", "NotFound", "Unauthorized", "all_clusters"]
