"""Refusals whose text is fit to show to the person who asked."""


class RuleError(Exception):
    """A rule says no. `message` is a whole sentence, translatable; `field` names the input.

    `leaves_a_trace` where the refusal itself is on record, so that nobody may roll it back.
    """

    code = "rule"
    leaves_a_trace = False

    def __init__(self, message: object, *, field: str | None = None, code: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class WrongState(RuleError):
    """The thing is no longer in a state that allows this; somebody may have been quicker."""

    code = "wrong_state"


class NotPermitted(RuleError):
    """The person may see the thing but not do this to it."""

    code = "not_permitted"


class NotRecognised(RuleError):
    """Sign-in details, an invite or a token that do not open anything."""

    code = "not_recognised"


class TooOften(RuleError):
    """Asked again too soon; `retry_after` is in seconds."""

    code = "too_often"

    def __init__(self, message: object, *, retry_after: int):
        super().__init__(message)
        self.retry_after = retry_after
