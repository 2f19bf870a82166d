# Python 3.11-3.14 and make are all that a machine needs.
#
#   make video [TOPIC="..." | SOURCE=path]   make a video, from the sample article by default
#   make serve [ARGS="--port 8080"]          the HTTP API with a worker beside it, at http://127.0.0.1:8000
#   make setup [EXTRAS=all] [PYTHON=python3.12]   the environment in .venv, and the speech models
#   make test | check | soak                 what it says
#   make bench [ARGS="motion --against DIR"] what it reaches: all of it, or rows of scripts/bench.py
#   make judges                              what needs the package index: other machines, other pips, an empty one
#   make coverage                            how much of the code the tests run
#   make dist                                a wheel and a source archive, in dist
#   make lock | clean

VENV := .venv
BIN := $(VENV)/bin
EXTRAS ?= default
SAMPLE := automagic/data/samples/panama-canal.md
# Where a machine forbids it, each of the many processes that tests start would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

# The Python that is there, when nobody names one: on some machines python3 is too old, or too new.
ifeq ($(origin PYTHON),undefined)
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON = $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; \
	do $$python -c '$(FITS)' 2>/dev/null && echo $$python && break; done),python3)
else
THIS_PYTHON := --this-python
endif

# As one word for the shell, whatever is in it.
quoted = '$(subst ','\'',$(1))'

.PHONY: video serve setup test check soak judges coverage bench dist lock clean

video: setup
	$(BIN)/automagic --now $(if $(TOPIC),--topic $(call quoted,$(TOPIC)),--source $(call quoted,$(or $(SOURCE),$(SAMPLE)))) $(ARGS)

serve:
	@$(MAKE) --no-print-directory setup EXTRAS=web
	$(BIN)/automagic serve --work $(ARGS)

setup:
	@$(PYTHON) scripts/set_up.py $(EXTRAS) $(THIS_PYTHON)

test check soak judges coverage bench dist lock:
	@$(MAKE) --no-print-directory setup EXTRAS=all
	@$(MAKE) --no-print-directory _$@

.PHONY: _test _check _soak _judges _coverage _bench _dist _lock
# One process more than the two cores that the suite is made for: many tests wait for others.
_test:
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not soak and not judges"

_soak:
	$(BIN)/python -m pytest -m "soak and not judges" --timeout 3600

_judges:
	$(BIN)/python -m pytest -m judges --timeout 3600

_coverage:
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not soak and not judges" --timeout 900 \
		--cov --cov-report term:skip-covered

_check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_project.py

_bench:
	$(BIN)/python scripts/bench.py $(ARGS)

_dist:
	rm -rf dist
	$(BIN)/python -m build --no-isolation

_lock:
	scripts/lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +
