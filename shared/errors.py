"""One root, two families: the caller's fault, which is shown, and ours, which is tried again.

Errors are translated once at each border: psycopg2 to ours in database.py, ours to a call's answer in calls.py,
a call's answer to a page in the portal.
"""

from __future__ import annotations

from typing import Any, ClassVar

from shared.text import Text

MALFORMED = Text("请求不完整，请刷新页面重试。", "The request is incomplete. Please reload the page and try again.")


class QingdanError(Exception):
    """Root of every error that this system raises on purpose."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, text: Text, details: dict[str, Any] | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.details = details or {}

    def as_dict(self) -> dict[str, Any]:
        """The error as it crosses a wire: {"code", "text": {"zh", "en"}, "details"}."""
        return {"code": self.code, "text": self.text.as_dict(), "details": self.details}


class CallersFault(QingdanError):
    """The request cannot be carried out as asked; repeating it unchanged does not help."""

    code = "callers_fault"
    status = 400


class Invalid(CallersFault):
    """A field is missing, too long, of the wrong type or breaks a rule.

    `details["fields"]` maps a field's name to its sentence as {"zh", "en"}.
    """

    code = "invalid"
    status = 422

    @classmethod
    def of_fields(cls, fields: dict[str, Text]) -> Invalid:
        """One error for all fields that are wrong, each with its sentence."""
        joined = Text(
            zh="；".join(text.zh for text in fields.values()),
            en=" ".join(text.en for text in fields.values()),
        )
        return cls(joined, {"fields": {name: text.as_dict() for name, text in fields.items()}})


class NotFound(CallersFault):
    """What was asked for does not exist, or has been deleted."""

    code = "not_found"
    status = 404


class Forbidden(CallersFault):
    """This person may not do this; the refusal is recorded."""

    code = "forbidden"
    status = 403


class NewPasswordNeeded(Forbidden):
    """This person has to choose a password of their own before anything else; the refusal is recorded."""

    code = "new_password_needed"


class SignInRefused(CallersFault):
    """Wrong name or password, a locked or a closed account."""

    code = "sign_in_refused"
    status = 401


class Conflict(CallersFault):
    """The row changed since the caller read it; `details["current"]` is what it is now."""

    code = "conflict"
    status = 409


class TryAgain(QingdanError):
    """Nothing was changed for certain, or it is not known; the same command id may be sent again."""

    code = "try_again"
    status = 503


# In the details of a TryAgain that crossed a wire: it was no fault of a connection, and less at a time may pass.
SLOW = {"is_slow": True}


# In the details of a BrokerAway: those who answer do not know the operation, being of the release before.
UNKNOWN = "is_unknown"


class TooSlow(TryAgain):
    """A statement took longer than its limit: less at a time may pass where this did not. A caller gets a TryAgain."""


class DatabaseAway(TryAgain):
    """PostgreSQL cannot be reached or is restarting."""

    code = "database_away"


class BrokerAway(TryAgain):
    """RabbitMQ cannot be reached, or nobody there takes the call within its deadline."""

    code = "broker_away"


class NoAnswer(TryAgain):
    """A call was handed over and not answered within its limit: it may be carried out, now or never."""

    code = "no_answer"


class Unproven(TryAgain):
    """A call without the signature of its caller: nothing was done. `details["reason"]` says what was wrong with it."""

    code = "unproven"


class InternalError(QingdanError):
    """A defect of ours; the log has the trace under the correlation id."""

    code = "internal"


BY_CODE: dict[str, type[QingdanError]] = {
    cls.code: cls
    for cls in (
        CallersFault,
        Invalid,
        NotFound,
        Forbidden,
        NewPasswordNeeded,
        SignInRefused,
        Conflict,
        TryAgain,
        DatabaseAway,
        BrokerAway,
        NoAnswer,
        Unproven,
        InternalError,
    )
}


def from_dict(value: dict[str, Any]) -> QingdanError:
    """Rebuild an error that crossed a wire; an unknown code becomes InternalError."""
    cls = BY_CODE.get(str(value.get("code")), InternalError)
    return cls(Text.from_dict(value["text"]), dict(value.get("details") or {}))
