# `make demo` and `make test` do all the set-up that is missing; a second call installs nothing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed-from-lock

.PHONY: demo test test-fast setup check lock clean

demo: $(READY)
	$(BIN)/potstill run digits
	$(BIN)/potstill pull digits --output bundle
	$(BIN)/python bundle/integration/python/predict.py bundle/example.png
	@printf '\nNext, from this folder:\n  %s\n  %s\n  %s\n  %s\n' \
	  '$(BIN)/potstill prove bundle                             # its proof, again' \
	  '$(BIN)/potstill demo bundle                              # draw a digit in a browser' \
	  '$(BIN)/potstill bench bundle/model.tflite                # its latency on this host' \
	  '$(BIN)/potstill ui                                       # every trial and picture, in a browser'

test: $(READY)
	$(BIN)/python -m pytest

# What one runs while working: a minute or so. What trains, converts, searches or starts other programs is left out.
test-fast: $(READY)
	$(BIN)/python -m pytest -m "not slow"

setup: $(READY)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright

# The lock is complete, and pip before 24 would look past its pins for requirements with extras: hence --no-deps.
$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# Needs uv. Names, versions and hashes only: the lock holds no address.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --no-header -o requirements.lock

clean:
	rm -rf $(VENV) bundle
