"""Words that code depends on, defined once. Stages, roles, worries and intents are data (see `actions.content`)."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """How quickly a human must act; the order is from grave to slight."""

    U0 = "U0"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"


class Kind(StrEnum):
    """What a bot message is (`meta.kind` of the chat API)."""

    FACT = "fact"
    REFUSAL = "refusal"
    WORRY = "worry"
    DANGER = "danger"
    HANDOFF = "handoff"
    CHAT = "chat"
    FALLBACK = "fallback"
    DEGRADED = "degraded"


class Sender(StrEnum):
    BOT = "bot"
    CHILD = "child"
    STAFF = "staff"


class FactStatus(StrEnum):
    PUBLISHED = "published"
    DRAFT = "draft"
    HIDDEN = "hidden"


class Mode(StrEnum):
    """How a question is answered (intents.yml)."""

    FACT = "fact"
    FACT_ROUTE = "fact+route"
    ROUTE = "route"
    REFUSE = "refuse+route"
    HIDDEN = "hidden_until_checked"
    PRODUCT = "product"


class HandoffState(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Consent(StrEnum):
    """What the child said before the handoff was made."""

    YES = "yes"
    NO = "no"  # U1 only: the minimal handoff after a no
    NOT_ASKED = "not_asked"  # U0
    STAFF = "staff"  # no child was asked: a member of staff registered it


class Helped(StrEnum):
    """What the child said when a handoff was closed and it was asked "did it help?"."""

    YES = "yes"
    SOME = "some"
    NO = "no"


class Channel(StrEnum):
    """How an adult of a nav is told that something waits. In-app needs an account."""

    EMAIL = "email"
    SMS = "sms"
    IN_APP = "in_app"


class AlertKind(StrEnum):
    """Why a message is in the outbox."""

    ALERT = "alert"  # a worry waits: the first adults
    ESCALATION = "escalation"  # nobody has acknowledged: the next in line
    ASSIGNED = "assigned"  # a coordinator gave it to this person
    ANSWER = "answer"  # the child has written back
    DIGEST = "digest"  # counts for a coordinator, once a working day
    CHILD = "child"  # the child is told who else knows now


class CodeKind(StrEnum):
    """The two forms of an access code."""

    QR = "qr"
    TYPED = "typed"


class StaffRole(StrEnum):
    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    NAV_ADULT = "nav_adult"
    CONTENT_EDITOR = "content_editor"
    TRANSLATOR = "translator"
    AUDITOR = "auditor"


class ContentKind(StrEnum):
    """What a reviewer looks at."""

    FACT = "fact"
    MESSAGE = "message"  # a sentence of the chat marked safety


class ReviewStep(StrEnum):
    """What a reviewer does. All but the last change what children read, or may change it together with a second reviewer."""

    PUBLISH = "publish"
    HIDE = "hide"
    EXTEND = "extend"
    APPROVE = "approve"
    COMMENT = "comment"


class Lost(StrEnum):
    """Why a question went without a good answer."""

    FALLBACK = "fallback"
    REFUSAL = "refusal"
    LOW = "low"  # answered, but other guesses stood beside it


class Fate(StrEnum):
    """What an editor made of an unanswered question."""

    WAITING = "waiting"
    FACT = "fact"
    EXAMPLE = "example"
    IGNORED = "ignored"


class Understood(StrEnum):
    """What a child pressed after "was it clear?"."""

    CLEAR = "clear"
    AGAIN = "again"
    ADULT = "adult"


UNKNOWN_STAGE = "unknown"
SOURCE_LANGUAGE = "sv"
COORDINATOR = "coordinator"
ON_CALL = "socialjour"

TEMPORARY_PROTECTION = frozenset({"uk"})
"""Languages of children who mostly have temporary protection instead of asylum: asylum answers are not for them unasked."""

PARTS = ("means", "do", "why", "simpler")

TEXT_LIMIT = 1000
"""Characters a child may send in one message (chat-api.md)."""
