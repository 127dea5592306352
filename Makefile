# One command per intention. Each works alone in a fresh clone that has Python 3.11 or newer, git and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

# the real histories beside the checkout, and where their workspace goes
SHARED ?= ../shared
WORKSPACE ?= build/corpus

.PHONY: help demo test lint types layers reference tests bench check-corpus check-people check-interaction check-landscape check-trends atlas check-events fuzz check-kill pictures lock clean

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Ecotone needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is another. Run: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian: apt install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(INSTALLED) ## a simulated field, read and reported, beside its truth; no network
	$(BIN)/ecotone demo -o demo

test: lint types layers reference tests ## everything that must hold before a change lands

lint: $(INSTALLED)
	$(BIN)/ruff check --output-format concise
	$(BIN)/ruff format --check

types: $(INSTALLED)
	$(BIN)/mypy

layers: $(INSTALLED)
	$(BIN)/lint-imports

reference: $(INSTALLED)
	$(BIN)/python tools/write_reference.py --check

tests: $(INSTALLED)
	$(BIN)/python -m pytest --doctest-modules src
	$(BIN)/python -m pytest -n 2

bench: $(INSTALLED) ## benchmarks, as ratios within one run
	$(BIN)/python -m pytest bench -o python_files='bench_*.py' --benchmark-only -q -s
	$(BIN)/python bench/bench_influence.py
	$(BIN)/python bench/bench_gharchive.py --shared $(SHARED)

check-corpus: $(INSTALLED) ## the real histories: counts against plain git, activity against a published curve
	$(BIN)/python tools/check_corpus.py --shared $(SHARED) --workspace $(WORKSPACE) --twice

check-people: $(INSTALLED) ## who is who: simulated truth over 20 seeds, and what the real histories give
	$(BIN)/python tools/check_people.py --seeds 20 --shared $(SHARED) --workspace $(WORKSPACE)

check-interaction: $(INSTALLED) ## who meets whom: planted leanings and brokers over 50 seeds, and the real histories
	$(BIN)/python tools/check_interaction.py --seeds 50 --shared $(SHARED) --workspace $(WORKSPACE)

check-landscape: $(INSTALLED) ## groups: planted ones found again, and those of the real histories beside hand-made categories
	$(BIN)/python tools/check_landscape.py --shared $(SHARED) --workspace $(WORKSPACE)

check-trends: $(INSTALLED) ## shapes against known curves, a published chart and the real histories; what a talk claimed
	$(BIN)/ecotone collect landscapes/corpus.toml --workspace $(WORKSPACE) --quiet
	$(BIN)/ecotone analyse landscapes/corpus.toml --workspace $(WORKSPACE) --quiet
	$(BIN)/python tools/check_trends.py --shared $(SHARED) --workspace $(WORKSPACE)

atlas: $(INSTALLED) ## the aggregate figures of the real histories that the demo shows, made anew
	$(BIN)/ecotone collect landscapes/corpus.toml --workspace $(WORKSPACE) --quiet
	$(BIN)/ecotone analyse landscapes/corpus.toml --workspace $(WORKSPACE) --quiet
	$(BIN)/python tools/make_atlas.py --workspace $(WORKSPACE)

check-events: $(INSTALLED) ## event feeds with every fault: figures true or unknown, losses named, kills and tokens harmless
	$(BIN)/python tools/check_events.py --shared $(SHARED) --kills 200 --seed 1

fuzz: $(INSTALLED) ## whatever the bytes of an archive: no crash, and accepted + refused = lines
	$(BIN)/python tools/fuzz_lines.py

check-kill: $(INSTALLED) ## 200 runs killed at random moments; each next run ends with the same bytes
	$(BIN)/python tools/check_kill.py --kills 200 --seed 1

pictures: $(INSTALLED) ## remake docs/images from the report of the real histories; needs Chromium
	$(BIN)/ecotone report landscapes/corpus.toml --workspace $(WORKSPACE) --output build/pictures --quiet
	$(BIN)/python tools/take_pictures.py build/pictures --project langchain-ai-langgraph

lock: $(INSTALLED) ## choose versions anew within pyproject.toml's bounds
	tools/lock.sh

clean: ## remove everything that a command here made
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks
