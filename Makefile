# What each command does stands in Python (mtslib/); here are only their names.
# Another Python: make setup PYTHON=/path/to/python3.11

.PHONY: help setup lab workbook test test-fast constraints
.DEFAULT_GOAL := help

FIND_PYTHON = for p in python3.11 python3.12 python3; do $$p -c '' 2>/dev/null && echo $$p && break; done
PYTHON ?= $(or $(shell $(FIND_PYTHON)),python3.11)
VENV_PYTHON := .venv/bin/python
NBVAL := --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/sanitize.cfg \
	--nbval-cell-timeout=600 --nbval-kernel-startup-timeout=120

# Two processes of one thread each: most tests keep one core busy. A file stays in one process.
PARALLEL := -n 2 --dist loadfile
ONE_THREAD := OMP_NUM_THREADS=1

# Named by itself: ruff passes over folders called build.
LINTED := . data/controlled/build

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and install the tested versions (the other commands do it by themselves)
	@$(PYTHON) -m mtslib.workbook.install

lab: setup ## open the workbook in JupyterLab
	@$(VENV_PYTHON) -m mtslib lab

workbook: setup ## execute every notebook in order into build/workbook
	@$(VENV_PYTHON) -m mtslib workbook

test: setup ## lint, unit tests, and every notebook compared with its committed outputs
	$(VENV_PYTHON) -m ruff check $(LINTED)
	$(VENV_PYTHON) -m ruff format --check $(LINTED)
	$(ONE_THREAD) $(VENV_PYTHON) -m pytest $(PARALLEL) --ignore=tests/notebooks --ignore=tests/browser
	$(VENV_PYTHON) -m pytest tests/browser
	$(ONE_THREAD) $(VENV_PYTHON) -m pytest $(PARALLEL) $(NBVAL) tests/notebooks notebooks

test-fast: setup ## lint and the unit tests that take seconds
	$(VENV_PYTHON) -m ruff check $(LINTED)
	$(VENV_PYTHON) -m ruff format --check $(LINTED)
	$(ONE_THREAD) $(VENV_PYTHON) -m pytest $(PARALLEL) --ignore=tests/notebooks -m "not slow and not browser and not real_data"

constraints: setup ## rewrite constraints.txt from what is installed in .venv
	@{ echo '# The tested versions, all of them. Made from a fresh .venv by: make constraints'; \
	$(VENV_PYTHON) -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > constraints.txt
