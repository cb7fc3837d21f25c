"""The scaffolder: templates, expressions, actions, tasks."""
