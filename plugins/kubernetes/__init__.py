"""What runs of the catalog's components on Kubernetes: workloads with their reasons, versions, clusters."""
