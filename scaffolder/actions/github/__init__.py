"""Actions that change repositories on GitHub, with the names and inputs that Backstage gives them."""

from scaffolder.actions.github import dispatch, environment, issues, publish, pull_request, settings

ACTIONS = (
    dispatch.ACTION,
    environment.ACTION,
    issues.CREATE,
    issues.LABEL,
    publish.CREATE,
    publish.PUBLISH,
    publish.PUSH,
    pull_request.ACTION,
    settings.AUTOLINK,
    settings.BRANCH_PROTECTION,
    settings.DEPLOY_KEY,
    settings.PAGES,
    settings.WEBHOOK,
)
