"""What the process of streams serves: tasks as events, and git over HTTP."""
