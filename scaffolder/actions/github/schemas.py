"""The inputs that several actions of GitHub share, as Backstage names them, and what they mean to its API."""

from collections.abc import Mapping
from typing import Any

from scaffolder.actions.inputs import Schema, choice, flag, record, text, texts

WHO = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        name: {"type": "array", "items": {"type": "string"}} for name in ("apps", "users", "teams")
    },
}
REPOSITORY: Schema = {
    "description": text("One line about the repository."),
    "homepage": text("Its home page."),
    "access": text("An administrator: a user, or a team as `org/team`."),
    "repoVisibility": choice("`private` if left out.", "private", "public", "internal"),
    "deleteBranchOnMerge": flag("Delete a branch when its pull request is merged."),
    "allowMergeCommit": flag("True if left out."),
    "allowSquashMerge": flag("True if left out."),
    "allowRebaseMerge": flag("True if left out."),
    "allowAutoMerge": flag("Merge pull requests by themselves once they may be."),
    "allowUpdateBranch": flag("Offer to update a pull request's branch."),
    "squashMergeCommitTitle": choice("`COMMIT_OR_PR_TITLE` if left out.", "PR_TITLE", "COMMIT_OR_PR_TITLE"),
    "squashMergeCommitMessage": choice(
        "`COMMIT_MESSAGES` if left out.", "PR_BODY", "COMMIT_MESSAGES", "BLANK"
    ),
    "collaborators": {
        "type": "array",
        "description": "Rights of users and teams: `{user: jane, access: push}`, `{team: shop, …}`.",
        "items": {
            "type": "object",
            "required": ["access"],
            "oneOf": [{"required": ["user"]}, {"required": ["team"]}],
            "properties": {name: {"type": "string"} for name in ("access", "user", "team")},
        },
    },
    "hasProjects": flag("Whether it has projects."),
    "hasWiki": flag("Whether it has a wiki."),
    "hasIssues": flag("Whether it has issues."),
    "topics": texts("Topics, in lower case."),
    "repoVariables": record("Variables for Actions."),
    "secrets": record("Secrets for Actions: `{DEPLOY_TOKEN: '${{ secrets.TOKEN }}'}`.", secret=True),
    "oidcCustomization": {
        "type": "object",
        "description": "Claims of its identity tokens: `{useDefault: false, includeClaimKeys: [repo]}`.",
        "properties": {"useDefault": {"type": "boolean"}, "includeClaimKeys": {"type": "array"}},
    },
    "customProperties": {"type": "object", "description": "Custom properties, of an organisation only."},
    "subscribe": flag("Whether whoever owns the token watches it."),
}
PROTECTION: Schema = {
    "requiredApprovingReviewCount": {"type": "number", "description": "0 to 6; 1 if left out."},
    "requireCodeOwnerReviews": flag("A code owner must approve."),
    "dismissStaleReviews": flag("A push takes approvals back."),
    "bypassPullRequestAllowances": {**WHO, "description": "Who needs no pull request."},
    "restrictions": {**WHO, "description": "Who may push; in organisations only."},
    "requiredStatusCheckContexts": texts("Checks that must pass."),
    "requireBranchesToBeUpToDate": flag("True if left out."),
    "requiredConversationResolution": flag("All conversations must be resolved."),
    "requireLastPushApproval": flag("Somebody else than the last who pushed must approve."),
    "requiredCommitSigning": flag("Commits must be signed."),
    "requiredLinearHistory": flag("No merge commits."),
}
COMMIT: Schema = {
    "defaultBranch": text("`main` if left out."),
    "sourcePath": text("Folder of the workspace; its root if left out."),
    "gitCommitMessage": text("`initial commit` if left out."),
    "gitAuthorName": text("Whoever runs the template if left out."),
    "gitAuthorEmail": text("Whoever runs the template if left out."),
    "protectDefaultBranch": flag("Protect the branch that was pushed; true if left out."),
    "protectEnforceAdmins": flag("Administrators are bound too; true if left out."),
}
OUTPUT: Schema = {
    "remoteUrl": text("What to clone."),
    "repoContentsUrl": text("The root of its files, for catalog:register."),
    "commitHash": text("The commit that was pushed."),
}


def creation_settings(input: Mapping[str, Any]) -> dict[str, Any]:
    """What a repository is created with, beside its description."""
    visibility = input.get("repoVisibility", "private")
    wanted = {
        "homepage": input.get("homepage"),
        "private": visibility == "private",
        "visibility": visibility,
        "auto_init": input.get("autoInit"),
        "allow_auto_merge": input.get("allowAutoMerge", False),
        "allow_merge_commit": input.get("allowMergeCommit", True),
        "allow_rebase_merge": input.get("allowRebaseMerge", True),
        "allow_squash_merge": input.get("allowSquashMerge", True),
        "allow_update_branch": input.get("allowUpdateBranch", False),
        "delete_branch_on_merge": input.get("deleteBranchOnMerge", False),
        "squash_merge_commit_title": input.get("squashMergeCommitTitle", "COMMIT_OR_PR_TITLE"),
        "squash_merge_commit_message": input.get("squashMergeCommitMessage", "COMMIT_MESSAGES"),
        "has_issues": input.get("hasIssues"),
        "has_projects": input.get("hasProjects"),
        "has_wiki": input.get("hasWiki"),
        "custom_properties": input.get("customProperties"),
    }
    return {name: value for name, value in wanted.items() if value is not None}


def protection_settings(input: Mapping[str, Any], *, enforce_admins: bool) -> dict[str, Any]:
    """The body of GitHub's branch protection."""
    reviews = {
        "required_approving_review_count": int(input.get("requiredApprovingReviewCount", 1)),
        "require_code_owner_reviews": input.get("requireCodeOwnerReviews", False),
        "dismiss_stale_reviews": input.get("dismissStaleReviews", False),
        "require_last_push_approval": input.get("requireLastPushApproval", False),
    }
    if "bypassPullRequestAllowances" in input:
        reviews["bypass_pull_request_allowances"] = input["bypassPullRequestAllowances"]
    return {
        "required_status_checks": {
            "strict": input.get("requireBranchesToBeUpToDate", True),
            "contexts": list(input.get("requiredStatusCheckContexts") or ()),
        },
        "restrictions": input.get("restrictions"),
        "enforce_admins": enforce_admins,
        "required_pull_request_reviews": reviews,
        "required_conversation_resolution": input.get("requiredConversationResolution", False),
        "required_linear_history": input.get("requiredLinearHistory", False),
        "block_creations": input.get("blockCreations", False),
    }
