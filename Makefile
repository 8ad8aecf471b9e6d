# Brownfield: `make demo` for a first report, `make test` for everything that must hold.
PYTHON ?= python3
BIN := .venv/bin
REPORT := out/oppama.html
SECONDS_TO_SOLVE := 120

.PHONY: help demo test lint hindcast bench bench-solver bench-line bench-sequence docs pages install dev browser clean
help:
	@echo "make demo   install, solve the Oppama case and write its report"
	@echo "make test   install all, check style and types, run every test"
	@echo "make lint   style and types only"
	@echo "make docs   write again the pages and the picture that are made from the code (make pages: without the picture)"
	@echo "make hindcast  solve the Oppama case as known on three days of 2025, and write docs/hindcast again (minutes)"
	@echo "make bench  measure, and write benchmarks/results.md (make bench-solver: the solver against others, for hours; make bench-sequence: orders of a day)"

demo: install
	@mkdir -p out
	$(BIN)/brownfield solve examples/oppama --time-limit $(SECONDS_TO_SOLVE) --out out/oppama-plan --report $(REPORT)
	@echo
	@echo "The report is in $(CURDIR)/$(REPORT) - open it in any browser."

test: dev browser lint
	$(BIN)/python -m pytest -n 2

lint: dev
	$(BIN)/ruff check
	$(BIN)/mypy

docs: dev
	$(BIN)/python docs/generate.py --pictures

pages: dev
	$(BIN)/python docs/generate.py

hindcast: dev
	$(BIN)/python docs/hindcast/run.py

bench: dev
	$(BIN)/python -m benchmarks

# In pieces: say python -m benchmarks.solver --resume as often as need be, with --suite, --seeds, --seconds; then --report.
bench-solver: dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.solver
	$(BIN)/python -m benchmarks.solver --report

# In pieces too: say it again to go on; python -m benchmarks.line_balance --sample 10 --seconds 2 for a first look.
bench-line: dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[line,bench]'
	$(BIN)/python -m benchmarks.line_balance --engines brownfield,cabs,cp_sat

# In pieces: end it and say it again, or python -m benchmarks.line_sequence with --kinds, --seconds, --sample, --seeds; then --report.
bench-sequence: dev
	$(BIN)/python -m benchmarks.line_sequence

# A stamp for each kind of installation: a second call installs again only when what is asked for has changed.
install: .venv/installed
dev: .venv/installed-dev

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 or newer, or say make PYTHON=/where/it/is"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Brownfield needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Say make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/installed

# Some tests look at pages in a real browser. Without one they are skipped, and say so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium; else \
	echo "No Chromium here: the tests that look at pages in a browser will be skipped. Install the package chromium to run them."; fi

clean:
	rm -rf .venv out dist build
