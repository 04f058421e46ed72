# make demo    sets everything up in .venv, runs a real batch of the baseline and draws its figures
# make test    sets everything up in .venv and runs the tests
# make lint    style, types and import contracts
# make gallery draws every kind of figure into gallery/, with a page about them
# make bench   speed and memory, printed as ratios measured side by side
# make reliability tries what must not break it, and writes RELIABILITY.md: some 20 minutes
# make fuzz    throws mutilated scenarios, settings, tables and sweeps at their readers for ten minutes
# make soak    the same ten times longer, and a batch of a million runs: hours
# make browser looks at a report in a headless browser (chromium), at the width of a desktop and of a phone

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

SCORECARD = $(BIN)/python tests/reliability/scorecard.py

.PHONY: demo test lint gallery bench fuzz reliability soak browser clean

$(READY): pyproject.toml constraints.txt
	@echo "Setting up .venv; this takes a minute the first time"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

demo: $(READY)
	rm -rf demo
	$(BIN)/peninsula batch baseline-2020 --runs 1000 --seed 1 --out demo
	$(BIN)/peninsula plot demo
	@echo "Look at the pictures in demo/figures; start with trade.png and outcomes_trade.png"
	@echo "Then: source .venv/bin/activate, and peninsula --help; tutorials in docs/tutorials"

test: $(READY)
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

gallery: $(READY)
	$(BIN)/python docs/gallery.py

bench: $(READY)
	$(BIN)/python tests/benchmarks/bench.py

fuzz: $(READY)
	$(BIN)/python tests/fuzz/scenario_target.py --seconds 600

reliability: $(READY)
	$(SCORECARD) measure
	$(SCORECARD) write

soak: $(READY)
	$(SCORECARD) measure --soak 10 --step tests --step planted --step fuzz --step million
	$(SCORECARD) write

browser: $(READY)
	$(BIN)/python tests/browser/look.py

clean:
	rm -rf .venv demo gallery
