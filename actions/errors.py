"""The errors of the product: small, typed, turned into RFC 9457 problem documents in one place (`actions.problems`)."""

from actions.mark import N_


class NavetError(Exception):
    """Something went wrong in a way we can name.

    `status` is the HTTP status a client sees, `code` a stable id for the problem's `type`, `detail` a sentence without
    anything a child wrote.
    """

    status = 500
    code = "internal"
    title = N_("Something went wrong")

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra
        self.headers: dict[str, str] = {}


class NotFound(NavetError):
    status, code, title = 404, "not-found", N_("Not found")


class Unauthorized(NavetError):
    status, code, title = 401, "unauthorized", N_("Missing or wrong token")

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail, **extra)
        self.headers["WWW-Authenticate"] = "Bearer"


class Forbidden(NavetError):
    status, code, title = 403, "forbidden", N_("Not allowed")


class Conflict(NavetError):
    status, code, title = 409, "conflict", N_("Still being answered")


class Unprocessable(NavetError):
    status, code, title = 422, "unprocessable", N_("The request cannot be understood")


class TooLarge(NavetError):
    status, code, title = 413, "too-large", N_("The text is too long")


class TooFast(NavetError):
    status, code, title = 429, "too-fast", N_("Too many requests")

    def __init__(self, detail: str = "", *, retry_after: int = 1, **extra: object) -> None:
        super().__init__(detail, **extra)
        self.headers["Retry-After"] = str(max(1, retry_after))


class Unavailable(NavetError):
    """A part we need (Rasa, action server, database) is down, slow or talking nonsense."""

    status, code, title = 503, "unavailable", N_("A part is down")


class ContentError(NavetError):
    """The files under data/ or locales/ are wrong. The message names file and entry."""

    code, title = "content", N_("The content is wrong")


class SettingsError(NavetError):
    """A setting or the machine is wrong; the message is one sentence a person can act on."""

    code, title = "settings", N_("A setting is wrong")


class IllegalTransition(Conflict):
    code, title = "illegal-transition", N_("That step is not possible now")
