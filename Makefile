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
given := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))
unknown := $(filter-out $(VARIABLES) PYTHON MACHINE,$(given))
$(if $(unknown),$(error $(unknown): no variable of this Makefile. There are $(VARIABLES); see make help))

# This folder's code and this environment's kernel, whatever else is installed or set.
export PYTHONPATH := $(CURDIR)/src
export PYTHONUTF8 := 1
export PIP_USER := 0
export JUPYTER_PATH := $(CURDIR)/.venv/share/jupyter
export KERAS_BACKEND := tensorflow
unexport MPLBACKEND PYTHONHOME PYTHONWARNINGS PYTHONOPTIMIZE GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
# What is built reads no one's settings, and needs no home that can be written.
build/%: export IPYTHONDIR := $(CURDIR)/.venv/home
build/%: export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/home
build/%: export JUPYTER_DATA_DIR := $(CURDIR)/.venv/home
build/%: export JUPYTER_RUNTIME_DIR := $(CURDIR)/.venv/home/runtime
build/%: export MPLCONFIGDIR := $(CURDIR)/.venv/home
build/%: export KERAS_HOME := $(CURDIR)/.venv/home

.DELETE_ON_ERROR:
.PHONY: help report test bench lint lab weights clean lock
.DEFAULT_GOAL := help

VENV := .venv/ready
PY := .venv/bin/python
SRC := src/ambiguous_digits
# a text as one word of the shell
quoted = '$(subst ','\'',$1)'
# what makes a target due although no file is newer: see the calls
.PHONY: again
again = $(if $(and $(findstring x$(strip $1)x,x$(strip $2)x),$(findstring x$(strip $2)x,x$(strip $1)x)),,again)
noted = $(shell cat $(RUN)/$1 2>/dev/null)

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
	@test -x $(PY) || rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# --- which run: build/<dataset>-<seed>-<folds>-<epochs> ------------------------------------------
CODE := src notebooks requirements.lock pyproject.toml
GOALS := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))
RUNS := $(filter report weights build/%,$(GOALS))
# An environment whose Python was moved or updated away is made anew.
$(shell test -x $(PY) || rm -f $(VENV))

# Wrong variables and a second make are refused before anything happens.
ifneq ($(RUNS)$(filter clean,$(GOALS))$(if $(wildcard $(VENV)),,$(filter-out help lock,$(GOALS))),)
  refusal := $(shell $(or $(wildcard $(PY)),$(PYTHON),:) -I $(SRC)/gate.py $$PPID \
    $(foreach v,$(VARIABLES),$(call quoted,$v=$($v))))
  $(if $(refusal),$(error $(refusal)))
endif

ifneq ($(RUNS),)
  # What was asked for, the data's fingerprint with it: run.mk is made again when this changes.
  request := $(foreach v,DATASET DATA_DIR SEED FOLDS EPOCHS,$v=$($v)) $(shell \
    find -L $(call quoted,$(DATA_DIR))/mnist $(call quoted,$(DATASET)) -maxdepth 1 -type f \
    -exec cksum {} + 2>/dev/null)
  $(if $(call again,$(shell mkdir -p build; cat build/request 2>/dev/null),$(request)), \
    $(file >build/request,$(request))$(shell rm -f build/run.mk))
  # The last line says that it is not half of what it was.
  $(if $(filter whole,$(shell tail -n 1 build/run.mk 2>/dev/null)),,$(shell rm -f build/run.mk))
  ifeq ($(wildcard $(VENV))$(findstring n,$(firstword -$(MAKEFLAGS))),n)
    RUN := build/unknown-before-the-installation
  else
    include build/run.mk
  endif
endif

# Without RUN there is no run.mk yet: make makes it, and reads all this once more.
ifneq ($(and $(RUNS),$(RUN)),)
  # The page names the commit of the code.
  commit := $(shell unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE; \
    git log -1 --format=%h -- $(CODE) 2>/dev/null; git status --porcelain -- $(CODE) 2>/dev/null)
  # Each step leaves a list of its results. What is no longer as it was then is made again.
  changed = $(shell test -f $(RUN)/$1 && cksum $$(cut -d' ' -f3 $(RUN)/$1) 2>&1 </dev/null | \
    diff - $(RUN)/$1 | awk '/^>/ {print $$4}')
  told = $(if $1,$(info $1: changed since it was made, and made again)again)
  # People's votes and writers' names may have come, or gone.
  judged := cd $(call quoted,$(DATA_DIR)) 2>/dev/null && cksum mnist_mturk.json qmnist-*-labels.tsv.gz 2>/dev/null || :
  judges := $(shell $(judged))
  # The report may have been exchanged, by git or for another run's.
  exchanged := $(if $(shell LC_ALL=C diff -rq $(RUN)/report $(call quoted,$(REPORT)) 2>&1 | \
    grep -vF "Only in "$(call quoted,$(REPORT))),again)
endif

build/run.mk: $(if $(wildcard $(VENV)),,$(VENV)) build/request $(SRC)/gate.py $(SRC)/run.py $(wildcard $(SRC)/data/*.py)
	@$(PY) -m ambiguous_digits.run > $@.new && mv $@.new $@

$(RUN)/inputs.json:
	@$(PY) -m ambiguous_digits.run > build/run.mk

# --- from the digits to the report ---------------------------------------------------------------
# A notebook, its further parameters, its results. exec: it watches its parent, which is make then.
define papermill
  @echo "$(basename $(@F)) ..."
  @rm -f $(@:.ipynb=.cksum)
  @exec $(PY) -m ambiguous_digits.notebook notebooks/$(@F) $@ dataset="$${CHOSEN:-$$DATASET}" \
    data_dir="$$DATA_DIR" seed="$$SEED" folds="$$FOLDS" repeats="$$REPEATS" epochs="$$EPOCHS" $1
  @cksum $@ $(addprefix $(RUN)/,$2) > $(@:.ipynb=.cksum)
endef
modules = $(patsubst %,$(SRC)/%.py,$1)
FIGURES := $(wildcard $(SRC)/figures/*.py)
SHARED := $(VENV) $(call modules,__init__ gate run provenance scores evaluation) \
  $(wildcard $(SRC)/data/*.py $(SRC)/results/*.py) $(FIGURES)

$(RUN)/1-train.ipynb: notebooks/1-train.ipynb $(RUN)/inputs.json $(SHARED) \
  $(call modules,network planted backwards) $(wildcard $(SRC)/training/*.py) \
  $(call again,$(call noted,repeats),$(REPEATS)) $(call told,$(call changed,1-train.cksum))
	@$(PY) -I $(SRC)/gate.py reach "$$SCHEDULER"
	$(call papermill,workers="$$WORKERS" scheduler="$$SCHEDULER",explain.npz features.npz planted.npz supreme.npz networks/r*.npz)
	@echo "$$REPEATS" > $(RUN)/repeats

$(RUN)/2-rank.ipynb: notebooks/2-rank.ipynb $(RUN)/1-train.ipynb $(SHARED) \
  $(call modules,ranking stability calibration people) \
  $(call again,$(call noted,judges),$(judges)) $(call told,$(call changed,2-rank.cksum))
	$(call papermill,,seal.json numbers.json ranking.parquet most_ambiguous.csv definition-*.png digits/*)
	@{ $(judged); } > $(RUN)/judges

$(RUN)/3-article.ipynb: notebooks/3-article.ipynb $(RUN)/2-rank.ipynb $(SHARED) \
  $(wildcard $(SRC)/findings/*.py $(SRC)/article/*.py $(SRC)/article/page/*.j2) \
  $(call again,$(call noted,commit),$(commit)) $(call told,$(call changed,3-article.cksum))
	$(call papermill)
	@echo $(call quoted,$(commit)) > $(RUN)/commit

$(RUN)/report/index.html: $(RUN)/3-article.ipynb $(call modules,report) \
  $(wildcard $(SRC)/article/*.py $(SRC)/article/page/*) $(call told,$(call changed,report.cksum))
	@$(PY) -m ambiguous_digits.report render $(RUN)
	@find $(RUN)/report -type f -exec cksum {} + > $(RUN)/report.cksum

$(RUN)/published: $(RUN)/report/index.html $(exchanged)
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

## Time a network against one by the write-up's recipe; some minutes
bench: $(VENV)
	@$(PY) tests/bench_training.py

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
