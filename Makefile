# A machine with Python 3.11 or newer, make and git is enough; everything stays in this folder (.venv, .portal).
.DEFAULT_GOAL := help
.PHONY: help setup up test test-system bench check clean
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
  $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PY := .venv/bin/python

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

up: .venv/.runtime ## Start the portal: database, broker, page and processes; Ctrl-C stops everything
	@exec $(PY) -m portal up $(ARGS)

setup: .venv/.develop ## Create the environment, with the tools of a developer

check: .venv/.develop ## Run ruff, mypy, the floors, migrations, and the page's lint and types
	@exec $(PY) -m portal.stack.testing check

test: .venv/.develop ## Run the tests that need neither root nor a browser
	@exec $(PY) -m portal.stack.testing test $(ARGS)

test-system: .venv/.develop ## Run the tests with a browser, other servers and killed processes
	@exec $(PY) -m portal.stack.testing system $(ARGS)

bench: .venv/.develop ## Measure beside stock Backstage (ARGS="--help" lists the choices)
	@exec $(PY) -m bench $(ARGS)

clean: ## Remove the environment and what was built (not the data in .portal)
	rm -rf .venv frontend/node_modules frontend/dist

.venv/.runtime: uv.lock pyproject.toml requirements-uv.txt tools/setup.py
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer with its venv module is needed: install it (Debian: apt install python3 python3-venv) or name it with make PYTHON=/path/to/python3" >&2; exit 1; fi
	@exec $(PYTHON) tools/setup.py

.venv/.develop: .venv/.runtime
	@exec $(PYTHON) tools/setup.py --develop
