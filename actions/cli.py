"""The command `navet`: run everything, serve one process, train, migrate, add staff, check content."""

from __future__ import annotations

import logging.config
import sys
from typing import Annotated

import typer
import uvicorn

from actions.errors import NavetError, SettingsError
from actions.settings import settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db_app = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(db_app, name="db")
content_app = typer.Typer(no_args_is_help=True, help="Facts, routes, contacts.")
app.add_typer(content_app, name="content")
i18n_app = typer.Typer(no_args_is_help=True, help="Translations.")
app.add_typer(i18n_app, name="i18n")
staff_app = typer.Typer(no_args_is_help=True, help="Staff accounts.")
app.add_typer(staff_app, name="staff")


LOGGING: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stdout"}},
    # uvicorn.error writes tracebacks, whose last line may quote a value: only its messages above that are kept
    "loggers": {
        "uvicorn": {"level": "CRITICAL"},
        "uvicorn.error": {"level": "CRITICAL"},
        "uvicorn.access": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["out"], "level": "INFO"},
}
"""To standard output, without anything a child wrote."""


def say(text: str) -> None:
    """A line for the person at the terminal. A text that begins with a carriage return writes over the line before."""
    if text.startswith("\r"):
        if sys.stdout.isatty() or text.endswith("\n"):
            sys.stdout.write(text if sys.stdout.isatty() else text[1:])
    else:
        sys.stdout.write(text + "\n")
    sys.stdout.flush()


@app.command()
def run() -> None:
    """Start everything: database, model, action server, Rasa, web app."""
    from actions import db
    from actions.migrations.run import upgrade
    from actions.staff.accounts import first_sign_in
    from actions.supervisor import Supervisor, ensure_model

    config = settings()
    supervisor = Supervisor(config, say)
    supervisor.check()
    upgrade(db.engine())
    supervisor.plan(ensure_model(config, say))

    def ready() -> None:
        say("")
        say(f"  chat    {config.web_address}/chat")
        say(f"  staff   {config.web_address}/staff")
        link = first_sign_in(config)
        if link:
            say(f"  sign in once with  {link}")
        say("")
        say("  Ctrl-C ends everything.")

    supervisor.run(ready)


@app.command()
def serve_web() -> None:
    """The web app alone: chat API, widget, staff pages."""
    from actions.web import create_web_app

    config = settings()
    _serve(create_web_app(config), config.host, config.port)


@app.command()
def serve_actions() -> None:
    """The action server alone, for Rasa, on loopback."""
    from actions.webhook.app import create_actions_app

    config = settings()
    _serve(create_actions_app(config), "127.0.0.1", config.actions_port)


@app.command()
def worker() -> None:
    """Alerts alone: send what is due, escalate, digest, retention. For NAVET_WORKER=off elsewhere; any number may run."""
    import asyncio
    import signal

    from actions import tables
    from actions.alerts.worker import Worker
    from actions.local import profiles

    assert tables
    logging.config.dictConfig(LOGGING)

    async def work() -> None:
        made = Worker(settings())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, made.stop)
        await made.run()

    with profiles.live():
        asyncio.run(work())


@app.command("digest")
def digest_now() -> None:
    """Send every coordinator the digest now, besides the daily one."""
    import asyncio

    from actions import tables
    from actions.alerts import digest
    from actions.alerts.worker import Worker

    assert tables
    count = digest.plan_now(settings())
    asyncio.run(Worker(settings()).tick())
    say(f"{count} digests are on their way." if count else "There is no coordinator to send a digest to.")


def _serve(application: object, host: str, port: int) -> None:
    uvicorn.run(
        application,  # type: ignore[arg-type]
        host=host,
        port=port,
        access_log=False,
        log_config=LOGGING,
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=False,
    )


@app.command()
def train(force: Annotated[bool, typer.Option(help="train although nothing changed")] = False) -> None:
    """Train the language model if its inputs changed."""
    from actions.supervisor import ensure_model

    say(str(ensure_model(settings(), say, force=force)))


@app.command()
def demo(force: Annotated[bool, typer.Option(help="although there is other data in the database")] = False) -> None:
    """Fill the database with made-up staff, children, chats and worries, for trying everything out. Safe to repeat."""
    from actions import db, tables
    from actions.demo.fill import fill
    from actions.migrations.run import upgrade

    assert tables
    config = settings()
    upgrade(db.engine())
    say("making the demo …")
    shown = fill(config, say, force=force)
    say("")
    say(f"  staff   {config.web_address}/staff")
    if shown.password:
        say(f"  one password for all of these, shown only now:  {shown.password}")
    for email in shown.emails:
        say(f"    {email}")
    for alias, code in shown.codes.items():
        say(f"  access code {code}  {alias}")
    if not shown.emails:
        say("  The demo was there already. A new one-time sign-in: navet staff link coordinator@demo.invalid")


@app.command("settings")
def show_settings() -> None:
    """Every setting with its default and meaning, as the table of docs/settings.md."""
    from actions.settings import settings_table

    say(settings_table())


@app.command("find-danger")
def find_danger_in() -> None:
    """What the danger layer says of texts: a JSON list of strings on standard input, a list of findings (or null) out."""
    import json

    from actions.danger import find_danger

    texts = json.load(sys.stdin)
    found = [find_danger(text) for text in texts]
    say(json.dumps([finding.as_json() if finding else None for finding in found]))


@content_app.command("check")
def content_check() -> None:
    """Facts, routes, roles, contacts and sources agree; nothing doubtful is shown as sure."""
    from actions.content.check import check

    report = check()
    for line in report.lines():
        say(line)
    if report.problems:
        raise SettingsError("The content has problems.")


@content_app.command("export")
def content_export() -> None:
    """Write what was decided on the staff pages into data/: status and dates of facts, begun facts, new examples. Then commit."""
    from actions import tables
    from actions.review.export import export

    assert tables
    changed = export()
    for line in changed:
        say(line)
    if not changed:
        say("The files say what was decided already.")


@app.command()
def strings(check: Annotated[bool, typer.Option(help="change nothing; fail when a catalog is behind")] = False) -> None:
    """Extract all sentences and bring the catalogs up to date."""
    from actions.i18n.strings import update

    changed = update(write=not check)
    for path in changed:
        say(f"{'behind' if check else 'updated'}: {path}")
    if check and changed:
        raise SettingsError("The catalogs are behind: run make strings and commit them.")
    if not changed:
        say("All catalogs are up to date.")


@i18n_app.command("check")
def i18n_check(
    language: Annotated[list[str] | None, typer.Option(help="code of a language; may be given again")] = None,
    warnings: Annotated[bool, typer.Option(help="list every warning, not only how many")] = False,
) -> None:
    """Refuse unsafe translations: says file, line, defect and how to mend it. Status 1 when something must be mended."""
    from actions.i18n import languages
    from actions.i18n.checks import check_all

    unknown = [code for code in language or [] if code not in languages()]
    if unknown:
        raise SettingsError(f"Unknown language {', '.join(unknown)}. Known: {', '.join(languages())}.")
    report = check_all(only=language or ())
    for line in report.lines(with_warnings=warnings):
        say(line)
    if report.errors:
        sys.exit(1)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database up to date."""
    from actions import db
    from actions.migrations.run import upgrade

    upgrade(db.engine())
    say("The database is up to date.")


@staff_app.command("add")
def staff_add(
    email: str,
    name: Annotated[str, typer.Option(help="shown to colleagues")],
    role: Annotated[str, typer.Option(help="administrator, coordinator, nav_adult, content_editor, translator or auditor")],
    municipality: Annotated[str | None, typer.Option(help="id of data/municipalities")] = None,
    nav_role: Annotated[str | None, typer.Option(help="for nav_adult: a role of data/roles.yml")] = None,
) -> None:
    """Make a staff account and print a one-time sign-in for it."""
    from actions.staff import accounts

    config = settings()
    user = accounts.add_user(email, name, role, municipality=municipality, nav_role=nav_role)
    say(f"{config.web_address}/staff/once/{accounts.make_link(user)}")


@staff_app.command("link")
def staff_link(email: str) -> None:
    """Print a new one-time sign-in for an account."""
    from actions import db
    from actions.errors import NotFound
    from actions.staff import accounts, store

    with db.read() as session:
        user = store.by_email(session, email)
    if user is None:
        raise NotFound("There is no account with that e-mail address.")
    say(f"{settings().web_address}/staff/once/{accounts.make_link(user.id)}")


def main() -> None:
    """Errors we know become one sentence and status 2."""
    try:
        app(standalone_mode=False)
    except SettingsError as error:
        sys.stderr.write(f"navet: {error.detail}\n")
        sys.exit(2)
    except NavetError as error:
        sys.stderr.write(f"navet: {error.detail or error.title}\n")
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if error.__class__.__module__.startswith(("click", "typer")) and hasattr(error, "format_message"):
            sys.stderr.write(f"navet: {error.format_message()}\n")
            sys.exit(2)
        raise


if __name__ == "__main__":
    main()
