"""Pipelines as files of a repository: a catalogue of steps, written as GitHub Actions or GitLab CI."""

from scaffolder.actions.pipelines.write import ACTION

__all__ = ["ACTION"]
