# Two commands are enough: `make run` and `make test`. They need only Python, make and git; everything else is fetched.
.DEFAULT_GOAL := help
TOOLS := .tools
UV := $(TOOLS)/bin/uv
UV_VERSION := 0.13.9
PYTHON ?= python3
NAVET := .venv/bin/navet
export UV_PYTHON_PREFERENCE ?= system
export RASA_TELEMETRY_ENABLED := false

.PHONY: help run test demo strings i18n-check content-check nlu-report bench lint format clean setup

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

$(UV):
	@command -v $(PYTHON) >/dev/null || { echo "navet: Python 3 is missing: install it, then run make again."; exit 2; }
	@echo "fetching tools …"
	@$(PYTHON) -m venv $(TOOLS) || { echo "navet: $(PYTHON) cannot make a virtual environment: install its venv package."; exit 2; }
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || { echo "navet: uv cannot be fetched: is there a network?"; exit 2; }

.venv/.ready: $(UV) pyproject.toml uv.lock
	@echo "preparing the environment of the web app and the action server (Python 3.12) …"
	@$(UV) sync --quiet --frozen --python 3.12 || { echo "navet: Python 3.12 is missing and could not be fetched."; exit 2; }
	@touch $@

bot/.venv/.ready: $(UV) bot/pyproject.toml bot/uv.lock
	@echo "preparing Rasa's environment (Python 3.10, 2.5 GB) …"
	@$(UV) sync --quiet --frozen --project bot --python 3.10 || { echo "navet: Python 3.10 is missing and could not be fetched."; exit 2; }
	@touch $@

setup: .venv/.ready bot/.venv/.ready ## both environments

run: setup ## everything: environments, model, database, all three processes
	@exec $(NAVET) run

test: setup ## every test that needs no extra server; ends with the count
	@.venv/bin/ruff check --quiet . && .venv/bin/mypy --no-error-summary
	@$(NAVET) content check
	@$(NAVET) strings --check
	@$(NAVET) i18n check
	@PYTHONPATH=. bot/.venv/bin/python -m pytest -q -c tests/bot/pytest.ini -p no:cacheprovider tests/bot
	@$(NAVET) train
	@NAVET_MODEL="$$($(NAVET) train | tail -n 1)" .venv/bin/pytest -q tests --ignore=tests/bot --ignore=tests/perf --ignore=tests/reliability -m "not browser and not postgres"

demo: .venv/.ready ## made-up staff, children, chats and worries in the database, for trying out
	@$(NAVET) demo $(if $(FORCE),--force)

content-check: .venv/.ready ## facts, routes, roles, contacts and sources agree and are not overdue
	@$(NAVET) content check

strings: .venv/.ready ## extract sentences and update the catalogs
	@$(NAVET) strings

i18n-check: .venv/.ready ## refuse unsafe translations: file, line, defect, how to mend it
	@$(NAVET) i18n check

nlu-report: setup ## accuracy by language and intent on the held-out utterances
	@PYTHONPATH=. bot/.venv/bin/python -m bot.report --model "$$($(NAVET) train | tail -n 1)" --languages "$(LANGUAGES)" $(if $(BESIDE),--beside $(BESIDE))

bench: setup ## time to first answer, memory, messages a second
	@.venv/bin/python -m tests.perf.bench

lint: .venv/.ready ## ruff and mypy
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

format: .venv/.ready
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

clean: ## what was built; the database stays
	rm -rf .venv bot/.venv .tools var/models var/cache var/log
