# `make help` lists the targets and the variables.
## Digits: auto (MNIST, else the sample), mnist, sample, or the path of your own file or folder
DATASET ?= auto
## Folder of the downloaded data
DATA_DIR ?= data
## Seed of everything, 0 to 4294967295
SEED ?= 0
## Parts that the training digits are split into: networks per repeat
FOLDS ?= 5
## Times that the split is made anew: FOLDS × REPEATS networks in all
REPEATS ?= 1
## Passes over the digits; empty: 10, or 60 where there are fewer than 10,000
EPOCHS ?=
## Processes that train, of one thread each; 0: as many as there are cores
WORKERS ?= 0
## Train on a Dask cluster instead: its scheduler, as tcp://host:port; empty: on this machine
SCHEDULER ?=
## Folder that the report is written to
REPORT ?= report
VARIABLES := DATASET DATA_DIR SEED FOLDS REPEATS EPOCHS WORKERS SCHEDULER REPORT
export $(VARIABLES)
unknown := $(filter-out PYTHON $(VARIABLES),$(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v)))
$(if $(unknown),$(error $(unknown): no variable of this Makefile. There are $(VARIABLES); see make help))
# This folder's code and this environment's kernel, whatever else is installed.
export PYTHONPATH := $(CURDIR)/src
export JUPYTER_PATH := $(CURDIR)/.venv/share/jupyter
PY := .venv/bin/python
UV = PATH="$$PATH:.venv/bin" uv pip install --quiet --python $(PY)
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do $$python -c \
  'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$python && break; done)
.PHONY: help report test bench lint lab weights clean lock

## Show this text
help:
	@echo "Targets, and variables with their defaults, as in make report DATASET=sample:"
	@awk '/^## / {text = substr($$0, 4); next} text {split($$0, word, / *[:?]=? */); \
	  printf "  %-15s %s%s\n", (/=/ ? "" : "make ") word[1], text, (/=/ ? " [" word[2] "]" : "")} {text = ""}' Makefile

# All packages as the lock has them, by uv: an installed one, or else one that pip brings.
.venv/ready: requirements.lock pyproject.toml
	$(if $(PYTHON),,$(error Python 3.11, 3.12 or 3.13 is needed: install one, or give make PYTHON=/path/to/python))
	@echo "Installing into .venv (about 2.5 GB) ..."
	@test -x $(PY) || { rm -rf .venv; $(PYTHON) -m venv .venv; }
	@command -v uv >/dev/null || $(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(UV) --require-hashes -r requirements.lock && $(UV) --no-deps --no-build-isolation -e .
	@touch $@

# The run's folder, build/<digits>-<seed>-<folds>-<epochs>; it holds what was asked for, for make to compare.
ifneq ($(filter report weights,$(MAKECMDGOALS)),)
  $(if $(shell $(MAKE) -s .venv/ready PYTHON='$(PYTHON)' >&2 && echo ready),,$(error nothing was begun))
  ASKED := $(shell PYTHONPATH=src $(PY) -m ambiguous_digits.run $(foreach v,$(VARIABLES),'$v=$(subst ','\'',$($v))'))
  RUN := $(or $(firstword $(ASKED)),$(error nothing was begun))
  PAGES := $(patsubst %,$(RUN)/%.ipynb,$(wordlist 2,3,$(ASKED)))
endif
SRC := src/ambiguous_digits
TELLING := $(wildcard $(SRC)/article/* $(SRC)/article/page/* $(SRC)/report.py)
CODE := .venv/ready $(filter-out $(TELLING),$(wildcard $(SRC)/*.py $(SRC)/*/*.py))
$(RUN)/%.ipynb: notebooks/%.ipynb
	@$(PY) -m ambiguous_digits.run $@
$(RUN)/1-train.ipynb: $(RUN)/inputs.json $(RUN)/repeats $(CODE)
$(RUN)/2-rank.ipynb: $(RUN)/1-train.ipynb $(RUN)/judges
$(PAGES): $(RUN)/2-rank.ipynb $(RUN)/commit $(TELLING)
$(RUN)/published: $(PAGES)
	@$(PY) -m ambiguous_digits.report $(RUN) "$$REPORT" && touch $@

## Train, rank and write the report; only what is missing or has changed
report: $(RUN)/published
## Export the trained networks as .keras files
weights: $(RUN)/1-train.ipynb
	@$(PY) -m ambiguous_digits.export $(RUN)
## Open the notebooks in JupyterLab
lab: .venv/ready
	@$(PY) -m jupyterlab notebooks
## Run the tests
test: .venv/ready
	@$(PY) -m pytest --numprocesses auto --dist loadfile
## Time a network against one by the write-up's recipe; some minutes
bench: .venv/ready
	@$(PY) .ci/bench_training.py
## Check style and format; and the page's scripts, where node is installed
lint: .venv/ready
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
	@if command -v node >/dev/null; then ls $(SRC)/article/page/*.js | xargs -n 1 node --check; else echo "No node: scripts not checked"; fi
## Make requirements.lock again from pyproject.toml (needs uv)
lock:
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --python-version 3.11 \
	  --quiet --fork-strategy fewest --custom-compile-command "make lock" -o requirements.lock
## Delete all that was generated, but neither data/, .venv/ nor report/
clean:
	@rm -rf build
