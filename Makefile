# The newcomer's two commands are `make demo` and `make test`; each sets up what it needs, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
export HOTLINE_TOOLS ?= $(CURDIR)/$(TOOLS)
LOCKED := $(TOOLS)/.stamp-python
SYSTEM := $(TOOLS)/.stamp-system
SYSTEM_TEST := $(TOOLS)/.stamp-system-test
MODELS := $(TOOLS)/.stamp-models

.PHONY: demo run test lint types audit setup bench chaos lock clean help

.PHONY: demo run test lint types setup bench chaos fuzz lock clean help

help:
	@echo "make demo   places real calls through a real Asterisk and prints the draft cases"
	@echo "make run    starts the hotline and stays up; Ctrl-C stops it"
	@echo "make test   lint, format, types and the four layers of tests"
	@echo "make chaos  breaks a running hotline in every way there is, under real calls, and counts what it cost"
	@echo "make audit  known holes in the dependencies"

	@echo "make fuzz   coverage-guided fuzzing of what reads strangers' bytes, FUZZ_SECONDS (20) each"
	@echo "make bench  speed and memory, as ratios, written to bench/README.md"

setup: $(LOCKED) $(SYSTEM) $(MODELS)

demo: setup
	@$(BIN)/hotline demo

run: setup
	@$(BIN)/hotline up

test: setup $(SYSTEM_TEST) lint types
	$(BIN)/pytest

lint: $(LOCKED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(LOCKED)
	$(BIN)/mypy

# Known holes in what we depend on; without a network it says that nothing was checked.
audit: $(LOCKED)
	@$(BIN)/python ops/audit.py

bench: setup $(SYSTEM_TEST)
	$(BIN)/python -m bench

# make chaos SEED=7 ONLY=telephony-killed,database-gone
chaos: setup $(SYSTEM_TEST)
	@$(BIN)/python -m chaos --seed $(or $(SEED),12345) --only "$(ONLY)"

fuzz: $(LOCKED)
	@bash ops/fuzz.sh $(BIN)/python $(or $(FUZZ_SECONDS),20)

$(SYSTEM): ops/install-system.sh ops/install-asterisk.sh
	@bash ops/install-system.sh run
	@bash ops/install-asterisk.sh
	@mkdir -p $(TOOLS) && touch $@

$(SYSTEM_TEST): ops/install-system.sh
	@bash ops/install-system.sh test
	@mkdir -p $(TOOLS) && touch $@

$(LOCKED): requirements.lock pyproject.toml ops/install-python.sh
	@bash ops/install-python.sh "$(PYTHON)" "$(VENV)"
	@mkdir -p $(TOOLS) && touch $@

$(MODELS): $(LOCKED)
	@$(BIN)/hotline models install whisper-base
	@touch $@

# Lock files carry names, versions and hashes, and no registry's address.
lock:
	$(BIN)/pip -q install uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock

clean:
	rm -rf $(VENV) $(TOOLS) var build *.egg-info
