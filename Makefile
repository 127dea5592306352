# One command per intention. Each works alone in a fresh clone that has Python 3.11 or newer, git and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

# the real histories beside the checkout, and where their workspace goes
SHARED ?= ../shared
WORKSPACE ?= build/corpus
# real public repositories as bare git directories, OWNER+NAME.git
REAL ?= ../real
ACCEPTANCE = ACCEPTANCE_SHARED=$(SHARED) ACCEPTANCE_WORKSPACE=$(WORKSPACE) ACCEPTANCE_REAL=$(REAL) $(BIN)/python -m pytest -m acceptance -s tests/acceptance

# what is wrong with the feeds of `make serve`: none, all, or names with commas
FAULTS ?= none

.PHONY: help demo test lint types layers reference tests bench bench-runs bench-scale serve acceptance-corpus acceptance-people \
	acceptance-interaction acceptance-landscape acceptance-trends acceptance-events acceptance-samples acceptance-stack acceptance-kill acceptance-hostile acceptance-report acceptance-engines \
	atlas fuzz \
	pictures lock clean

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 24

$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
		{ echo "Ecotone needs Python 3.11, 3.12, 3.13 or 3.14; '$(PYTHON)' is another. Run: make PYTHON=/path/to/python3.11"; exit 2; }
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
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(INSTALLED) ## benchmarks, as ratios within one run
	$(BIN)/python -m pytest bench -o python_files='bench_*.py' --benchmark-only -q -s
	$(BIN)/python bench/bench_influence.py
	$(BIN)/python bench/bench_gharchive.py --shared $(SHARED)

# projects, and the acts of the signals alone, that `make bench-scale` simulates
SIZES ?= 100 1000 10000
ROWS ?= 100000000

bench-scale: $(INSTALLED) ## time and memory of every step at 100, 1,000 and 10,000 simulated projects; of signals at 100 million acts
	$(BIN)/python bench/bench_scale.py --sizes $(SIZES)
	$(BIN)/python bench/bench_scale.py --rows $(ROWS)

# the repository that gets new commits, and the one that Perceval reads too: `pip install perceval` elsewhere
CHANGED ?= ollama/ollama
HISTORY ?= n8n-io/n8n
PERCEVAL ?=

bench-runs: $(INSTALLED) ## runs of the real histories beside plain git, and with PERCEVAL=PROGRAM one history beside Perceval
	$(BIN)/python bench/bench_runs.py landscapes/corpus.toml --changed $(CHANGED)
ifneq ($(PERCEVAL),)
	$(BIN)/python bench/bench_runs.py landscapes/corpus.toml --history $(HISTORY) --perceval $(PERCEVAL)
endif

acceptance-corpus: $(INSTALLED) ## the real histories: counts against plain git, activity against a published curve
	$(ACCEPTANCE)/test_corpus.py tests/acceptance/test_activity.py

acceptance-people: $(INSTALLED) ## record linkage: simulated truth over 20 seeds, and the real histories
	$(ACCEPTANCE)/test_people.py tests/acceptance/test_mailmap.py tests/acceptance/test_estimates.py \
		tests/acceptance/test_evidence.py

acceptance-interaction: $(INSTALLED) ## networks: planted homophily and brokers over 50 seeds, and the real histories
	$(ACCEPTANCE)/test_interaction.py

acceptance-landscape: $(INSTALLED) ## community detection: planted groups, and the real histories beside hand-made categories
	$(ACCEPTANCE)/test_landscape.py

acceptance-trends: $(INSTALLED) ## shapes and verdicts against known curves, a careful reader and the real histories
	$(BIN)/ecotone collect landscapes/corpus.toml --workspace $(WORKSPACE) --quiet
	$(BIN)/ecotone analyse landscapes/corpus.toml --workspace $(WORKSPACE) --quiet
	$(ACCEPTANCE)/test_trends.py
	$(ACCEPTANCE)/test_verdicts.py

acceptance-events: $(INSTALLED) ## event feeds with every fault: figures true or unknown, losses named, kills harmless
	$(ACCEPTANCE)/test_events.py

acceptance-samples: $(INSTALLED) ## real archive lines: each is read or refused with a reason
	$(ACCEPTANCE)/test_samples.py

acceptance-stack: $(INSTALLED) ## the stack: handed values, planted spells, and real repositories beside handed facts
	$(ACCEPTANCE)/test_stack.py

acceptance-kill: $(INSTALLED) ## 200 killed collections, analyses and reports; each ends with the same bytes
	$(ACCEPTANCE)/test_kill.py

acceptance-hostile: $(INSTALLED) ## hostile repositories, servers and files: counts of what was tried and held, by kind
	$(ACCEPTANCE)/test_hostile.py

# the whole pyspark, beside what Ecotone needs; its executors run the same Python
SPARK := build/spark
$(SPARK)/installed: $(INSTALLED)
	$(BIN)/python -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check pyspark==4.0.5 'pandas<3' pyarrow grpcio grpcio-status
	$(BIN)/python -c 'import site; print(*site.getsitepackages())' > $$($(SPARK)/bin/python -c 'import site; print(*site.getsitepackages())')/ecotone.pth
	@touch $@

acceptance-engines: $(SPARK)/installed ## the whole analysis on a Spark cluster and at ClickHouse: the same tables; needs Java 17
	$(ACCEPTANCE)/test_engines.py tests/pipeline/engines/test_archive_signals.py

acceptance-report: $(INSTALLED) ## how fast a report of sixty projects draws in a browser; needs Chromium
	$(BIN)/python -m pytest -m acceptance -s tests/report/test_browser_speed.py

serve: $(INSTALLED) ## a simulated field in ./served as archive site, GitHub API and ClickHouse, until Ctrl-C
	$(BIN)/python -m tests.fakes.serve served --faults $(FAULTS)

atlas: $(INSTALLED) ## the aggregate figures of the real histories that the demo shows, made anew
	for name in corpus infrastructure; do \
		$(BIN)/ecotone collect landscapes/$$name.toml --workspace build/$$name --quiet && \
		$(BIN)/ecotone analyse landscapes/$$name.toml --workspace build/$$name --quiet && \
		$(BIN)/python tools/make_atlas.py --workspace build/$$name --landscape landscapes/$$name.toml || exit 1; \
	done

fuzz: $(INSTALLED) ## whatever the bytes of an archive: no crash, and accepted + refused = lines
	$(BIN)/python tools/fuzz_lines.py

pictures: $(INSTALLED) ## remake docs/images from the report of the real histories; needs Chromium
	$(BIN)/ecotone report landscapes/corpus.toml --workspace build/corpus --output build/pictures --quiet
	$(BIN)/python tools/take_pictures.py build/pictures --leave-out project
	$(BIN)/ecotone report landscapes/infrastructure.toml --workspace build/infrastructure --output build/signed --quiet
	$(BIN)/python tools/take_pictures.py build/signed --project kata-containers-kata-containers --only project

lock: $(INSTALLED) ## choose versions anew within pyproject.toml's bounds
	tools/lock.sh

clean: ## remove everything that a command here made
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks
