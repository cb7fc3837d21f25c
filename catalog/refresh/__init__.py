"""When sources are read, and for whom: polling, jobs of requests, pushes, webhooks of forges, their runs."""
