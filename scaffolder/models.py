"""Tasks as rows: what a template run is, how far it came, and what it said."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Task(models.Model):
    """One run of a template. Whoever works on it holds a lease, and every write carries its `fence`."""

    class Status(models.TextChoices):
        OPEN = "open"
        PROCESSING = "processing"
        WAITING = "waiting"  # for approval; nobody works on it
        PARKED = "parked"  # until something outside has happened; nobody works on it
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Aim(models.TextChoices):
        """What whoever claims the task is to do."""

        RUN = "run"
        PLAN = "plan"
        DRY_RUN = "dry_run"
        UNDO = "undo"

    class Priority(models.IntegerChoices):
        LOW = -1
        NORMAL = 0
        HIGH = 1

    ENDED = (Status.COMPLETED, Status.FAILED, Status.CANCELLED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    namespace = models.CharField(max_length=63, help_text="the template's")
    template_ref = models.CharField(max_length=200)
    template_title = models.TextField()
    template_hash = models.CharField(max_length=64, help_text="SHA-256 of the template's document")
    spec = models.TextField(help_text="ordered JSON: steps, output, parameter names, source of the skeleton")
    parameters = models.TextField(help_text="ordered JSON")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )  # the index task_turns begins with it
    created_by = models.CharField(max_length=200)
    scopes = models.JSONField(null=True, help_text="of the token it came with; null for a session")
    token_id = models.BigIntegerField(null=True, help_text="that token")
    credential_stamp = models.CharField(max_length=64, blank=True, help_text="the account's, at submission")
    secrets = models.BinaryField(default=b"", help_text="encrypted; empty as soon as the task has ended")
    aim = models.CharField(max_length=10, choices=Aim.choices, default=Aim.RUN)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    idempotency_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, help_text="in the database's time")
    fence = models.BigIntegerField(default=0, help_text="counts the claims")
    attempts = models.IntegerField(default=0, help_text="claims since a step was last finished")
    awaits = models.CharField(
        max_length=300, blank=True, db_default="", help_text="address of what it waits for outside"
    )
    awaits_mark = models.CharField(
        max_length=400, blank=True, db_default="", help_text="of the step that waits"
    )
    awaits_until = models.DateTimeField(null=True, help_text="how long it waits for that")
    waited = models.TextField(
        default="[]", db_default="[]", help_text="JSON: marks of the waits for a while that are over"
    )
    due_at = models.DateTimeField(null=True, help_text="when a parked task is looked at again")
    error = models.TextField(blank=True)
    output = models.TextField(default="{}", help_text="ordered JSON")
    log_bytes = models.BigIntegerField(default=0)
    plan = models.TextField(blank=True, help_text="ordered JSON: the effects that were shown to people")
    plan_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of it; what is approved")
    planned_at = models.DateTimeField(null=True)
    approvals_needed = models.IntegerField(default=0)
    approvers = ArrayField(models.CharField(max_length=200), default=list, help_text="refs of users, groups")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="task_idempotency_key",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "uid"], name="task_newest"),
            models.Index(fields=["account", "started_at"], name="task_turns"),
            models.Index(
                fields=["created_at"], condition=Q(status__in=("open", "processing")), name="task_unended"
            ),
            models.Index(fields=["due_at"], condition=Q(status="parked"), name="task_parked"),
            models.Index(fields=["awaits"], condition=~Q(awaits=""), name="task_awaits"),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.template_ref} {self.status}"


class Step(models.Model):
    """A step of a task."""

    class Status(models.TextChoices):
        OPEN = "open"
        PROCESSING = "processing"
        COMPLETED = "completed"
        FAILED = "failed"
        SKIPPED = "skipped"
        CANCELLED = "cancelled"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps")
    position = models.IntegerField()
    step_id = models.CharField(max_length=200)
    name = models.TextField()
    action = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    output = models.TextField(default="{}", help_text="ordered JSON")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="step_task_position")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.status}"


class EffectRecord(models.Model):
    """A change outside of the workspace: written before it is made, so that nothing is done unseen."""

    class State(models.TextChoices):
        INTENDED = "intended"  # it may have happened
        DONE = "done"
        FOUND = "found"  # it was there before the task
        UNDONE = "undone"
        LEFT = "left"  # taking it back failed: `problem` says why

    LEFTOVERS = (State.INTENDED, State.DONE, State.LEFT)

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="effects")
    step_id = models.CharField(max_length=200)
    mark = models.CharField(max_length=400, help_text="of the step, or of one item of its `each`")
    verb = models.CharField(max_length=50)
    target = models.TextField()
    detail = models.TextField(default="{}", help_text="ordered JSON")
    creates = models.CharField(max_length=300, blank=True, help_text="ref of what comes into being")
    state = models.CharField(max_length=10, choices=State.choices, default=State.INTENDED)
    result = models.TextField(default="{}", help_text="ordered JSON")
    problem = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "mark", "verb", "target"], name="effect_once"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target}"


class Approval(models.Model):
    """What somebody said about the plan of a task; it counts for that plan only."""

    class Verdict(models.TextChoices):
        APPROVED = "approved"
        REJECTED = "rejected"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="approvals")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    by = models.CharField(max_length=200)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    plan_hash = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "account", "plan_hash"], name="approval_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.verdict}"


class UseRule(models.Model):
    """Whoever may run a template or use an action that is not everybody's."""

    thing = models.CharField(max_length=250, help_text="template:<namespace>/<name> or action:<id>")
    subject = models.CharField(max_length=200, help_text="a user or group ref, or `everyone`")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "subject"], name="use_rule_unique")]

    def __str__(self) -> str:
        return f"{self.subject} may use {self.thing}"


class LogLine(models.Model):
    """A line of a task's log; ids grow in the order of the log, so the last one seen is a cursor."""

    class Level(models.TextChoices):
        INFO = "info"
        WARNING = "warning"
        ERROR = "error"

    class Kind(models.TextChoices):
        LOG = "log"
        COMPLETION = "completion"  # the last line of a task that has ended
        CANCELLED = "cancelled"
        RECOVERED = "recovered"  # its worker was lost, and it starts over

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="log_lines")
    step_id = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    message = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.LOG)
    status = models.CharField(max_length=10, blank=True, help_text="of the step, where the line tells it")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["task", "id"], name="log_line_task")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.message}"


class DryRun(models.Model):
    """What a dry run has beside its task: the files beside the template, and in the end what came of it."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="dry_run")
    files = models.TextField(help_text="JSON: [{path, base64Content}]")
    result = models.TextField(blank=True, help_text="JSON as the API answers it")

    def __str__(self) -> str:
        return f"dry run of {self.task}"


class TemplateVersion(models.Model):
    """A template's document as it was when something was made from it; once for each content."""

    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the document")
    template_ref = models.CharField(max_length=200)
    document = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.template_ref} {self.hash[:12]}"


class Base(models.Model):
    """The files that a template rendered, once for each content: what a later update is merged against."""

    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the archive")
    archive = models.BinaryField(help_text="a zip, the same for the same files")

    def __str__(self) -> str:
        return self.hash[:12]


class Lineage(models.Model):
    """What made a thing: it outlives the task, and the account that ran it."""

    ref = models.CharField(max_length=300, unique=True, help_text="`creates` of the effect: git:default/cart")
    task_uid = models.UUIDField()
    template_ref = models.CharField(max_length=200)
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    answers = models.TextField(help_text="ordered JSON: the task's parameters")
    base = models.ForeignKey(Base, on_delete=models.PROTECT, null=True)
    step_id = models.CharField(max_length=200, blank=True, help_text="the template's step that made it")
    proposal = models.TextField(
        blank=True, help_text="JSON: the update that was proposed last; it counts once it is merged"
    )
    created_by = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.ref} from {self.template_ref}"
