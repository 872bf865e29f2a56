"""Puts the staff pages into the web app."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from actions.settings import Settings
from actions.staff import (
    pages_accounts,
    pages_audit,
    pages_checklists,
    pages_codes,
    pages_content,
    pages_cover,
    pages_crisis,
    pages_handoffs,
    pages_joint,
    pages_matrix,
    pages_missing,
    pages_municipality,
    pages_nav,
    pages_overview,
    pages_sign_in,
    pages_statistics,
    pages_talk,
    pages_translate,
    pages_unanswered,
)
from actions.staff.pages import router

MODULES = (
    pages_sign_in,
    pages_handoffs,
    pages_talk,
    pages_overview,
    pages_checklists,
    pages_joint,
    pages_missing,
    pages_nav,
    pages_cover,
    pages_codes,
    pages_matrix,
    pages_municipality,
    pages_crisis,
    pages_content,
    pages_unanswered,
    pages_statistics,
    pages_translate,
    pages_accounts,
    pages_audit,
)
"""Importing a module registers its pages."""


def install(app: FastAPI, config: Settings) -> None:
    assert all(MODULES)
    pages_sign_in.configure(config)
    app.mount("/staff/static", StaticFiles(directory=Path(__file__).parent / "static"), name="staff-static")
    app.include_router(router)
