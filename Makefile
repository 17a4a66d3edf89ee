# Two commands do everything on a fresh machine: `make verify` and `make test`. Both set up what is missing first.
.PHONY: help setup verify test fast machine quality lint types wheel clean

PY := .venv/bin/python

help:                ## what can be made
	@sed -n 's/^\([a-z]*\): *[a-z]* *## */\1\t/p' Makefile

setup:               ## .venv, and tmux, bubblewrap and systemd where they may be installed
	@tools/setup

verify: setup        ## verify the reference launcher
	.venv/bin/holdfast verify

test: setup          ## the engine's own tests: fast, machine, quality
	$(PY) -m pytest -n auto --dist loadgroup tests/fast tests/machine tests/quality

fast: setup          ## tests that boot no machine
	$(PY) -m pytest -n auto --dist loadgroup tests/fast

machine: setup       ## tests on real machines
	$(PY) -m pytest -n auto --dist loadgroup tests/machine

quality: setup       ## hard defects are found
	$(PY) -m pytest -n auto --dist loadgroup tests/quality

lint: setup          ## ruff, for rules and for form
	$(PY) -m ruff check
	$(PY) -m ruff format --check

types: setup         ## mypy, strict
	$(PY) -m mypy

wheel: setup         ## the built wheel in an empty environment and an empty folder
	@tools/check-wheel

clean:               ## everything that setup, tests and runs have made here
	rm -rf .venv .tox .holdfast .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
