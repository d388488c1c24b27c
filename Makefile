# What each command does stands in Python (mtslib/); here are only their names.
# Another Python: make setup PYTHON=/path/to/python3.12. Another build of torch: TORCH=cuda, TORCH=cpu

.PHONY: help setup lab workbook book pages lint test test-long test-fast constraints
.DEFAULT_GOAL := help

FIND_PYTHON = for p in python3.11 python3.12 python3.13 python3.14 python3; do $$p -c '' 2>/dev/null && echo $$p && break; done
PYTHON ?= $(or $(shell $(FIND_PYTHON)),python3.11)
VENV_PYTHON := .venv/bin/python

# Two processes of one thread each; tests/conftest.py says how they share the work.
PYTEST = OMP_NUM_THREADS=1 $(VENV_PYTHON) -m pytest -n 2
NBVAL := --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/sanitize.cfg \
	--nbval-cell-timeout=600 --nbval-kernel-startup-timeout=120

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

book: setup ## make build/book/: every chapter as a page, to read without a kernel or a network
	@$(VENV_PYTHON) -m mtslib book

lint: setup
	$(VENV_PYTHON) -m ruff check $(LINTED)
	$(VENV_PYTHON) -m ruff format --check $(LINTED)

test: lint ## lint, unit tests, every notebook solved and compared, sliders in a browser
	$(PYTEST) $(NBVAL) -m "not long" tests notebooks

test-long: setup ## what is long by nature, and the notebooks as they are committed
	$(PYTEST) $(NBVAL) --untouched -m long tests notebooks

test-fast: lint ## lint and the unit tests that take seconds
	$(PYTEST) --ignore=tests/notebooks -m "not slow and not long and not browser and not real_data"

pages: setup ## compute the tables of README and data/results/README anew
	@$(VENV_PYTHON) tests/pages.py

constraints: setup ## rewrite constraints.txt from what is installed in .venv, and its twin with hashes
	@{ echo '# The tested versions, all of them. Made from a fresh .venv by: make constraints'; \
	$(VENV_PYTHON) -m pip freeze --exclude-editable --exclude uv | sed 's/+cpu$$//'; } > constraints.txt
	@$(VENV_PYTHON) -m uv --version >/dev/null 2>&1 || $(VENV_PYTHON) -m pip install -q uv
	@{ head -3 constraints-hashed.txt; grep -v '^#' constraints.txt | $(VENV_PYTHON) -m uv pip compile - -q \
	--generate-hashes --no-deps --no-annotate --no-header --no-emit-index-url; } > build/hashed.txt
	@mv build/hashed.txt constraints-hashed.txt
