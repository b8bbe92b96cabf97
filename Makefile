# Parcours: everything starts here. Needs Python 3.11 to 3.13 and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ORACLES ?= .oracles
ORACLES_PYTHON ?= $(PYTHON)
FONTS := src/parcours/picture/fonts
export PARCOURS_ORACLES ?= $(abspath $(ORACLES))

.PHONY: help setup assets demo test check style types imports words format migrations bench proof docs pictures wheel browser oracles postgresql clean
help: ## show what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready assets ## make .venv from the lock file and gather the fonts

$(VENV)/.ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) tools/setup_check.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

assets: $(FONTS)/.ready ## gather fonts and browser test assets from npm

$(FONTS)/.ready: $(VENV)/.ready package-lock.json tools/gather_assets.py
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.lock
	PATH="$(abspath $(BIN)):$$PATH" npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
	$(BIN)/python tools/gather_assets.py
	@touch $@

demo: setup ## serve the sample company, its owner signed in; DEMO_ONCE=1 ends once the home page has answered
	$(BIN)/parcours demo --into demo --serve $(if $(DEMO_PORT),--port $(DEMO_PORT)) $(if $(DEMO_ONCE),--once,$(if $(CI),--no-open))

browser:
	@sh tools/install_chromium.sh

oracles: $(ORACLES)/.ready ## the independent engines that tests and benchmarks compare with

$(ORACLES)/.ready: requirements/oracles.lock
	$(ORACLES_PYTHON) -m venv $(ORACLES)
	$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/oracles.lock
	@touch $@

test: setup browser oracles ## run every test that this machine can run
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered --cov-fail-under=90 $(PYTEST)
	$(MAKE) postgresql

postgresql: setup ## run the tests of the application a second time, on a PostgreSQL of their own
	tools/postgresql.sh $(BIN)/pytest -n 2 --dist loadgroup -m "not own_server" tests/application $(PYTEST)

check: style types imports words ## format, lint, types, imports, translations; no tests

style: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

words: setup
	$(BIN)/python tools/translations.py --check
	$(BIN)/python tools/map_reference.py --check

format: setup ## put the code into its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migrations: setup ## write the migration of a package whose models changed: make migrations APP=journeymap NAME=notes
	@test -n "$(APP)" -a -n "$(NAME)" || { echo "Say the package and a name: make migrations APP=journeymap NAME=notes" >&2; exit 1; }
	$(BIN)/python -m django makemigrations $(APP) --name $(NAME) --settings parcours.web.settings
	$(BIN)/ruff format --quiet src/parcours/$(APP)/migrations

bench: setup oracles ## measure against the peers and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

proof: setup oracles ## the long demonstrations; figures go to docs/proof/
	$(BIN)/python -m benchmarks.proof

pictures: setup browser ## draw the pictures of the README and the guide again
	$(BIN)/python tools/screenshots.py

docs: setup ## build the documentation into docs/_build
	$(BIN)/sphinx-build -q -W -b html docs docs/_build

wheel: setup ## build dist/*.whl
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

clean: ## remove what make made
	rm -rf $(VENV) $(ORACLES) node_modules $(FONTS) src/parcours/ui/static/vendor dist build docs/_build demo
