"""Actions that change projects on GitLab, with the names and inputs that Backstage gives them."""

from scaffolder.actions.gitlab import groups, issues, merge_request, pipeline, publish, push, variables

ACTIONS = (
    groups.ACTION,
    issues.ACTION,
    merge_request.ACTION,
    pipeline.ACTION,
    publish.ACTION,
    push.ACTION,
    variables.ACTION,
)
