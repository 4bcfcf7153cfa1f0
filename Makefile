# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test test-servers test-browser lint fix docs bench torture tone-model tone-eval clean

demo: $(VENV)/.installed
	$(BIN)/onrecord demo

test: lint
	$(BIN)/python -m pytest -n auto -m "not servers and not browser"

# Against real servers on loopback (PDS, snac2, nginx, pywb), which it installs into .servers/.
test-servers: $(VENV)/.tested
	PYTHON=$(PYTHON) tests/servers/install.sh
	ONRECORD_SERVERS=1 $(BIN)/python -m pytest -n 2 -m servers tests/servers

# In a real browser: every page, what readers do on it, and hostile words; and crawls of pages that
# scripts write. Chromium is installed if there is none; ONRECORD_PICTURES=docs/pictures takes the
# pictures of the docs too.
test-browser: $(VENV)/.tested
	tests/browser/install.sh
	ONRECORD_BROWSER=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m browser \
	  tests/browser tests/test_javascript.py

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/cog --check README.md docs/*.md

fix: $(VENV)/.tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.tested
	$(BIN)/cog -r README.md docs/*.md

bench: $(VENV)/.tested
	$(BIN)/python bench/all.py

# What the archive promises under faults, in full; a run that was stopped goes on.
torture: $(VENV)/.tested
	PYTHONPATH=tests $(BIN)/python -m torture

# The coefficients of the tone, the same to the byte, and how well they agree with people. Both need
# the sets of labelled texts, which are not part of the project (docs/tone.md).
tone-model: $(VENV)/.tested
	$(BIN)/python -m training.tone_model
	$(BIN)/python -m training.target_model

tone-eval: $(VENV)/.tested
	$(BIN)/python -m training.tone_eval

clean:
	rm -rf $(VENV) .servers .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --constraint constraints.txt --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(PIP) --constraint constraints.txt --editable '.[browser,js,test]'
	touch $@
