# Aliases of run.py, which is what works everywhere; this file is for fingers used to make.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=

.PHONY: help run test check bench setup reset

help:
	@echo "make run    starts the bot and a simulated WeChat on a sample mine; PORT=9000 moves it, Ctrl-C stops it"
	@echo "make test   runs every test; ARGS=... goes to pytest"
	@echo "make check  lint, format, types, laws and content, in under a minute"
	@echo "make bench  measures the bot against its peers; ARGS=--quick for two minutes"
	@echo "make setup  only makes .venv ready, tests included"
	@echo "make reset  forgets the sample mine"

run:
	@$(PYTHON) run.py --port $(PORT)

test:
	@$(PYTHON) run.py test $(ARGS)

check:
	@$(PYTHON) run.py check $(ARGS)

bench:
	@$(PYTHON) run.py bench $(ARGS)

setup:
	@$(PYTHON) run.py setup --tests

reset:
	@$(PYTHON) run.py reset
