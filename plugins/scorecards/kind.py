"""The kind Scorecard: a track of levels with checks, as a descriptor declares it."""

from typing import Any

from portal.plugin_api import Kind, RelationField

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
CHECK: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["use"]}, {"required": ["id", "title", "expression"]}],
    "properties": {
        "use": {
            **TEXT,
            "description": "A check that ships with the plugin; what is written beside it goes over it.",
        },
        "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 63},
        "title": {**TEXT, "maxLength": 200},
        "expression": {
            **TEXT,
            "maxLength": 2000,
            "description": "CEL over facts, entity and related: true is good.",
        },
        "when": {**TEXT, "maxLength": 2000, "description": "CEL: only what this is true of is judged."},
        "fix": {"type": "string", "maxLength": 4000, "description": "How to mend it; Markdown."},
        "draft": {"type": "boolean", "description": "Judged and shown, not counted."},
    },
}

scorecard = Kind(
    name="Scorecard",
    plural="Scorecards",
    label="Scorecard",
    icon="checklist",
    description="What is asked of components: levels, each with its checks.",
    api_versions=("scorecards.portal/v1",),
    schema={
        "type": "object",
        "required": ["owner", "levels"],
        "properties": {
            "owner": {**TEXT, "description": "Who answers for the scorecard and decides about exemptions."},
            "appliesTo": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "kinds": {**TEXTS, "minItems": 1, "description": "Component if left out."},
                    "types": TEXTS,
                    "lifecycles": TEXTS,
                    "where": {**TEXT, "maxLength": 2000, "description": "CEL, true of what is judged."},
                },
            },
            "levels": {
                "type": "array",
                "minItems": 1,
                "maxItems": 10,
                "items": {
                    "type": "object",
                    "required": ["name", "checks"],
                    "additionalProperties": False,
                    "properties": {
                        "name": {**TEXT, "maxLength": 50},
                        "checks": {"type": "array", "minItems": 1, "maxItems": 50, "items": CHECK},
                    },
                },
            },
            "campaign": {
                "type": "object",
                "required": ["level", "by"],
                "additionalProperties": False,
                "properties": {
                    "level": {**TEXT, "description": "The level that everything is to have."},
                    "by": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "The day."},
                    "reason": {"type": "string", "maxLength": 2000},
                },
            },
        },
    },
    relations=(RelationField("spec.owner", "ownedBy", "ownerOf", "Group", many=False, label="Owner"),),
)
