"""Settings: one frozen object, built once from the environment, refusing what would be unsafe in production."""

from __future__ import annotations

import json
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from actions.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
SECRET_NAMES = ("channel_secret", "action_secret", "code_secret")
MINIMUM_SECRET = 24


class Settings(BaseSettings):
    """Everything that can be set from outside. Every field is the environment variable `NAVET_<FIELD>` in capitals."""

    model_config = SettingsConfigDict(env_prefix="NAVET_", frozen=True, extra="ignore")

    env: Literal["development", "production"] = Field(
        "development", description="production refuses generated secrets and plain HTTP addresses"
    )
    host: str = Field("127.0.0.1", description="address the web app listens on")
    port: int = Field(8000, ge=1, le=65535, description="public port: chat, widget, staff pages")
    actions_port: int = Field(5055, ge=1, le=65535, description="action server, loopback only")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Rasa, loopback only")
    actions_url: str = Field("", description="where Rasa finds the action server; default http://127.0.0.1:<actions_port>")
    rasa_url: str = Field("", description="where the web app finds Rasa; default http://127.0.0.1:<rasa_port>")
    public_url: str = Field("", description="the address people use, for links in messages to staff")
    var: Path = Field(ROOT / "var", description="database, model, logs, generated secrets")
    database_url: str = Field("", description="SQLAlchemy URL; SQLite file under var by default")
    rate_limits: Literal["on", "off"] = Field("on", description="off is for tests and load runs; refused in production")
    channel_secret: str = Field("", description="shared by web app and Rasa")
    action_secret: str = Field("", description="shared by Rasa and action server")
    code_secret: str = Field("", description="key of the hashes of access codes; a new one makes every code useless")
    typed_code_days: int = Field(7, ge=1, le=31, description="days a typed access code works")
    qr_code_days: int = Field(90, ge=1, le=400, description="days an access code on paper (QR) works")
    model: str = Field("", description="a trained model to use as it is; by default var/models/, trained when its inputs changed")
    danger_model: str = Field("", description="the danger model trained with it; navet run sets it, separate web processes need it")
    rasa_timeout: float = Field(6.0, gt=0, description="seconds to wait for Rasa before the fixed safe answer")
    restart_pause: float = Field(0.5, gt=0, le=30, description="seconds before a part that ended is started again; grows")
    retention_days: int = Field(90, ge=1, description="a conversation untouched for so long is deleted")
    question_days: int = Field(90, ge=1, description="days a question the bot could not answer is kept, scrubbed, for editors")
    secure_cookies: bool = Field(False, description="staff cookie only over HTTPS; always on in production")

    smtp_url: str = Field("", description="mail server for alerts and digests: smtp://user:password@host:587 or smtps://…:465")
    mail_from: str = Field("", description="sender of alerts and digests; needed with NAVET_SMTP_URL")
    webhook_url: str = Field("", description="gets every alert as signed JSON, for a duty system or a chat room")
    webhook_secret: str = Field("", description="signs webhook messages (Standard Webhooks); needed with NAVET_WEBHOOK_URL")
    sms_url: str = Field("", description="HTTP gateway for SMS, for example https://api.46elks.com/a1/sms")
    sms_user: str = Field("", description="user name at the SMS gateway")
    sms_password: str = Field("", description="password at the SMS gateway")
    sms_from: str = Field("Navet", description="sender shown in an SMS: a number, or up to 11 letters")
    repeat_minutes: float = Field(3.0, gt=0, le=60, description="danger (U0) without acknowledgement: minutes until the next adult")
    person_minutes: float = Field(30.0, gt=0, le=1440, description="minutes after a person's last words until the bot speaks again")
    digest_hour: int = Field(8, ge=0, le=23, description="hour in Sweden of the daily e-mail to coordinators, on working days")
    worker: Literal["on", "off"] = Field(
        "on", description="off: web app and action server send no alerts; then run navet worker somewhere"
    )

    @field_validator("smtp_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        if value and not value.startswith(("smtp://", "smtps://")):
            raise ValueError("NAVET_SMTP_URL must be a smtp: or smtps: address")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith(("postgres://", "postgresql://")):
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if value and not value.startswith(("sqlite:", "postgresql+psycopg:")):
            raise ValueError("NAVET_DATABASE_URL must be a sqlite: or postgresql: address")
        return value

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.var / 'navet.db'}"

    @property
    def rasa_address(self) -> str:
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_address(self) -> str:
        return self.actions_url or f"http://127.0.0.1:{self.actions_port}"

    @property
    def web_address(self) -> str:
        return self.public_url or f"http://{'127.0.0.1' if self.host in ('0.0.0.0', '::') else self.host}:{self.port}"  # noqa: S104


def settings_table() -> str:
    """A Markdown table of all settings."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default == "" else str(field.default).replace(str(ROOT), "").lstrip("/")
        rows.append(f"| `NAVET_{name.upper()}` | {default} | {field.description or ''} |")
    return "\n".join(rows)


def build_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the environment, fill in generated secrets for development, refuse them in production.

    Raises `SettingsError` with one sentence.
    """
    try:
        settings = (
            Settings()
            if environ is None
            else Settings.model_validate({k[6:].lower(): v for k, v in environ.items() if k.startswith("NAVET_")})
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = "NAVET_" + str(first["loc"][0]).upper() if first["loc"] else "a setting"
        raise SettingsError(f"{name} is wrong: {first['msg']}.") from None
    _refuse_half_set(settings)
    if settings.production:
        _refuse_unsafe(settings)
        return settings.model_copy(update={"secure_cookies": True})
    return settings.model_copy(update=_development_secrets(settings))


def _refuse_half_set(settings: Settings) -> None:
    """A channel that is only half set up would fail when it is needed; better now."""
    if settings.smtp_url and "@" not in settings.mail_from:
        raise SettingsError("NAVET_MAIL_FROM must be the sender's e-mail address when NAVET_SMTP_URL is set.")
    if settings.webhook_url and len(settings.webhook_secret) < MINIMUM_SECRET:
        raise SettingsError(f"NAVET_WEBHOOK_SECRET must have at least {MINIMUM_SECRET} characters when NAVET_WEBHOOK_URL is set.")
    for name in ("webhook_url", "sms_url"):
        value = getattr(settings, name)
        if value and not value.startswith("https://" if settings.production else ("https://", "http://")):
            raise SettingsError(f"NAVET_{name.upper()} must be an https:// address.")


def _refuse_unsafe(settings: Settings) -> None:
    for name in SECRET_NAMES:
        value = getattr(settings, name)
        if len(value) < MINIMUM_SECRET or len(set(value)) < 8 or "change" in value.lower():
            raise SettingsError(
                f"NAVET_{name.upper()} must be set to a random secret of at least {MINIMUM_SECRET} characters in production."
            )
    if settings.rate_limits == "off":
        raise SettingsError("NAVET_RATE_LIMITS=off is refused in production.")
    if not settings.public_url.startswith("https://"):
        raise SettingsError("NAVET_PUBLIC_URL must be the https:// address people use in production.")


def _development_secrets(settings: Settings) -> dict[str, str]:
    """Secrets made on first run and kept in var/secrets.json, readable by the owner only."""
    missing = [name for name in SECRET_NAMES if not getattr(settings, name)]
    if not missing:
        return {}
    path = settings.var / "secrets.json"
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        kept = json.loads(path.read_text()) if path.exists() else {}
        if not all(kept.get(name) for name in SECRET_NAMES):
            kept = {name: kept.get(name) or secrets.token_urlsafe(32) for name in SECRET_NAMES}
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(kept, file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"Cannot read or write {path}: {error}.") from None
    return {name: kept[name] for name in missing}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings."""
    return build_settings()
