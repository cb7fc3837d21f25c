"""Golden signals, alerts and service level objectives from Prometheus and Alertmanager."""
