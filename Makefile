# A fresh machine needs Python >= 3.11 (with venv) and make, nothing else:
# the first call sets up .venv from requirements.lock, later ones work offline.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: help demo test clean
.DEFAULT_GOAL := help

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile

demo: $(READY) ## analyse the shipped run and open its report
	@$(VENV)/bin/imu-valgus demo

# The tests start the program some hundred times: each start reads our bytecode rather than making it anew.
test: $(READY) ## format, lint, types, layers and tests: all that must pass
	@PYTHONDONTWRITEBYTECODE= $(VENV)/bin/poe check

clean: ## remove the environment, the caches and what is derived
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks docs/_build docs/gallery recordings/*/derived
	find imu_valgus tests -name __pycache__ -type d -prune -exec rm -rf {} +

# pip leaves alone what is installed already, so a changed pyproject.toml needs no network either.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
		echo "error: there is no $(PYTHON)" >&2; \
		echo "hint: install Python 3.11 or newer, or name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: $(PYTHON) is $$($(PYTHON) --version 2>&1), this needs Python 3.11 or newer" >&2; \
		echo "hint: name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "error: $(PYTHON) comes without venv" >&2; \
		echo "hint: on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) ..." >&2
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(PY) -m compileall -qq -j 0 $(VENV)/lib || true # on all cores; some packages bring templates that are no Python yet
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
