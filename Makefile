# `make help` lists the targets and the variables.

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error This make is too old: GNU make 4.0 or newer is needed. On macOS: brew install make, then call gmake)
endif

## Digits: auto (MNIST, else the sample), mnist, sample, or a path to your own .npz
DATASET ?= auto
## Folder of the downloaded data
DATA_DIR ?= data
## Seed of everything, 0 to 4294967295
SEED ?= 0
## Parts that the training digits are split into: networks per repeat
FOLDS ?= 5
## Times that the split is made anew: FOLDS × REPEATS networks in all
REPEATS ?= 1
## Passes over the digits; 0: 6, or 25 where there are fewer than 10,000
EPOCHS ?= 0
## Processes that train, of one thread each; 0: as many as there are cores
WORKERS ?= 0
## Folder that the report is written to
REPORT ?= report

export DATASET DATA_DIR SEED FOLDS REPEATS EPOCHS WORKERS REPORT
# This folder's code and this environment's kernel, whatever else is installed.
export PYTHONPATH := $(CURDIR)/src
export JUPYTER_PATH := $(CURDIR)/.venv/share/jupyter
unexport MPLBACKEND

.DELETE_ON_ERROR:
.PHONY: help report test lint lab weights clean lock
.DEFAULT_GOAL := help

VENV := .venv/ready
PY := .venv/bin/python
SRC := src/ambiguous_digits
# quoted: a text as one word of the shell; replace: a file, only if its content would differ
quoted = '$(subst ','\'',$1)'
replace = $(shell mkdir -p $(dir $1))$(file >$1.new,$2)$(shell cmp -s $1.new $1 && rm $1.new || mv $1.new $1)

## Show this text
help:
	@echo "Targets:"
	@awk '/^## / {text = substr($$0, 4); next} \
	  /^[a-z]+:/ && text {sub(":.*", ""); printf "  make %-10s %s\n", $$0, text} {text = ""}' Makefile
	@echo "Variables, as in make report DATASET=sample:"
	@awk '/^## / {text = substr($$0, 4); next} \
	  /^[A-Z_]+ \?=/ && text {printf "  %-10s %s [%s]\n", $$1, text, $$3} {text = ""}' Makefile

# --- the environment ---------------------------------------------------------------------------
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
  && echo $$python && break; done)
MACHINE ?= $(shell uname -sm)

$(VENV): requirements.lock pyproject.toml
	@if [ "$(MACHINE)" = "Darwin x86_64" ]; then \
	  echo "TensorFlow is no longer made for Macs with Intel processors: use an Apple-silicon Mac or Linux."; exit 1; fi
	@if ! $(or $(PYTHON),false) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then \
	  echo "Python 3.11, 3.12 or 3.13 is needed, and none was found: install one, or give make PYTHON=/path/to/python."; exit 1; fi
	@echo "Installing into .venv (about 2.5 GB, a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# --- which run: build/<dataset>-<seed>-<folds>-<epochs> ------------------------------------------
CODE := src notebooks requirements.lock pyproject.toml
GOALS := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))
ifneq ($(filter report weights build/%,$(GOALS)),)
  # What was asked for, the data's fingerprint with it: run.mk is made again when this changes.
  $(call replace,build/request,$(foreach v,DATASET DATA_DIR SEED FOLDS EPOCHS,$v=$($v)) $(shell \
    cksum $(call quoted,$(DATA_DIR))/mnist/* $(call quoted,$(DATASET)) 2>/dev/null))
  ifeq ($(wildcard $(VENV))$(findstring n,$(firstword -$(MAKEFLAGS))),n)
    RUN := build/unknown-before-the-installation
  else
    include build/run.mk
    $(call replace,$(RUN)/repeats,$(REPEATS))
    # The page names the commit of the code.
    $(call replace,$(RUN)/commit,$(shell \
      git log -1 --format=%h -- $(CODE) 2>/dev/null; git status --porcelain -- $(CODE) 2>/dev/null))
    # The report may have been exchanged behind make's back, by git or for another run's.
    $(shell for file in index.html numbers.json most_ambiguous.csv; do \
      cmp -s $(RUN)/report/$$file $(call quoted,$(REPORT))/$$file || rm -f $(RUN)/published; done)
  endif
endif

build/run.mk: $(VENV) build/request $(SRC)/run.py $(wildcard $(SRC)/data/*.py)
	@$(PY) -m ambiguous_digits.run > $@.new && mv $@.new $@

$(RUN)/inputs.json:
	@$(PY) -m ambiguous_digits.run > build/run.mk

$(RUN)/repeats $(RUN)/commit: ;

# --- from the digits to the report ---------------------------------------------------------------
define papermill
  @echo "$(basename $(@F)) ..."
  @$(PY) -m ambiguous_digits.notebook notebooks/$(@F) $@ dataset="$${CHOSEN:-$$DATASET}" \
    data_dir="$$DATA_DIR" seed="$$SEED" folds="$$FOLDS" repeats="$$REPEATS" epochs="$$EPOCHS" $1
endef
modules = $(patsubst %,$(SRC)/%.py,$1)
FIGURES := $(wildcard $(SRC)/figures/*.py)
SHARED := $(VENV) $(call modules,__init__ run results provenance) $(wildcard $(SRC)/data/*.py)

$(RUN)/1-train.ipynb: notebooks/1-train.ipynb $(RUN)/inputs.json $(RUN)/repeats $(SHARED) \
  $(call modules,network training) $(FIGURES)
	$(call papermill,workers="$$WORKERS")

$(RUN)/2-rank.ipynb: notebooks/2-rank.ipynb $(RUN)/1-train.ipynb $(SHARED) \
  $(call modules,scores ranking evaluation) $(FIGURES)
	$(call papermill)

$(RUN)/3-article.ipynb: notebooks/3-article.ipynb $(RUN)/2-rank.ipynb $(RUN)/commit $(SHARED) \
  $(FIGURES) $(wildcard $(SRC)/findings/*.py $(SRC)/article/*.py $(SRC)/article/page/*.j2)
	$(call papermill)

$(RUN)/report/index.html: $(RUN)/3-article.ipynb $(call modules,report) \
  $(wildcard $(SRC)/article/*.py $(SRC)/article/page/*)
	@$(PY) -m ambiguous_digits.report render $(RUN)

$(RUN)/published: $(RUN)/report/index.html
	@$(PY) -m ambiguous_digits.report publish $(RUN) "$$REPORT"
	@touch $@

## Train, rank and write the report; only what is missing or has changed
report: $(RUN)/published

## Export the trained networks as .keras files
weights: $(RUN)/1-train.ipynb
	@$(PY) -m ambiguous_digits.export $(RUN)

# --- the house -----------------------------------------------------------------------------------
## Open the notebooks in JupyterLab
lab: $(VENV)
	@$(PY) -m jupyterlab notebooks

## Run the tests
test: $(VENV)
	@$(PY) -m pytest

## Check style and format
lint: $(VENV)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

## Make requirements.lock again from pyproject.toml (needs uv)
lock:
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --quiet \
	  --python-version 3.11 --fork-strategy fewest --custom-compile-command "make lock" -o requirements.lock

## Delete all that was generated, but neither data/, .venv/ nor report/
clean:
	@rm -rf build
