# Two commands for a fresh machine: `make demo` and `make test`. The rest is for development.
VENV ?= .venv
PYTHON ?= python3
EXTRAS ?= dev
BIN = $(VENV)/bin

.PHONY: demo test check lint types imports format gate baseline clean

demo: $(BIN)/wenhai
	$(BIN)/wenhai index data/corpus --library library
	$(BIN)/wenhai serve --library library

test: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadfile

check: lint types imports test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gate: $(BIN)/wenhai
	.ci/gate

baseline: $(BIN)/wenhai
	.ci/gate --renew

$(BIN)/wenhai: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable ".[$(EXTRAS)]"
	touch $@

clean:
	rm -rf $(VENV) library build *.egg-info
