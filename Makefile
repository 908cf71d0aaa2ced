# Two commands do everything: `make site` builds the site, `make test` tests it. Both set up what they need.
# STATE=co keeps to one state (and the national lines): quick previews. SHEETS=all makes every county's paper, too.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DISABLE_MKDOCS_2_WARNING := true
export NO_MKDOCS_2_WARNING := true

PY_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
NPM_STAMP := node_modules/.installed
SHAPES := .cache/us-atlas/counties.geojson
VENDOR := .cache/vendor/exit-this-page.css
THEME := .cache/vendor/theme.css
FONTS_STAMP := fonts/node_modules/.installed
# Languages of paper alone that somebody has reviewed.
REVIEWED := $(shell grep -lE '^"X-Reviewed-On: [0-9]' data/locale/*/LC_MESSAGES/paper.po)
BROWSER_STAMP := .cache/browser-installed

.PHONY: help setup setup-dev fonts site serve offline test check format hooks messages bench lock generate clean browser

help:
	@echo "make site            set up and build the whole site into site/; SHEETS=all with every county's paper"
	@echo "make serve STATE=co  preview one state; pages reload as records change"
	@echo "make offline STATE=co  one zip for a USB stick; REGION=co-503 for a region, neither for everything"
	@echo "make test            set up and run every test, the browser's too"
	@echo "make check           ruff, mypy, records, generated files, workflows"
	@echo "make format          put records and code into their standard form"
	@echo "make hooks           have git check every commit before it is made"
	@echo "make messages        bring the catalogues of other languages up to date"
	@echo "make generate        make the generated files again (schema, reference)"
	@echo "make bench           measure, with ratios in one run; QUICK=1 for small sizes"

setup: $(PY_STAMP) $(NPM_STAMP) $(SHAPES) $(VENDOR) $(THEME)
setup-dev: setup $(DEV_STAMP)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(PY_STAMP): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(PY_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Node comes from the machine; where there is none, from PyPI.
$(NPM_STAMP): package.json package-lock.json requirements-node.lock $(PY_STAMP)
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
	npm ci --silent --no-fund --no-audit
	@touch $@

# Letters for paper in Arabic, Korean and Chinese: 40 MB to load. Tests need them, and a site once such paper is reviewed.
fonts: $(FONTS_STAMP)
$(FONTS_STAMP): fonts/package.json fonts/package-lock.json $(NPM_STAMP)
	npm ci --silent --no-fund --no-audit --prefix fonts
	@touch $@

$(SHAPES): $(NPM_STAMP)
	@mkdir -p $(@D)
	node_modules/.bin/topo2geo counties=$@.new states=.cache/us-atlas/states.geojson nation=.cache/us-atlas/nation.geojson < node_modules/us-atlas/counties-10m.json
	@mv $@.new $@

$(VENDOR): scripts/exit-this-page.scss $(NPM_STAMP)
	@mkdir -p $(@D)
	node_modules/.bin/sass --quiet-deps --no-source-map --style=compressed --load-path=node_modules $< $@

# Paper of every county with SHEETS=all, and of every region with SHEETS=all,regions; of some states with SHEETS=co,tx;
# with STATE=co that state's.
site: setup $(if $(REVIEWED),$(FONTS_STAMP))
	SHEETS="$(or $(SHEETS),$(STATE))" $(BIN)/mkdocs build --strict
	@echo
	@echo "The site is in site/. To look at it:"
	@echo "  $(PYTHON) -m http.server --directory site 8000"
	@echo "and open http://localhost:8000/"

serve: setup
	STATE=$(STATE) $(BIN)/mkdocs serve --livereload

# A zip that a browser opens from a stick, without a server or a network.
offline: setup
	$(BIN)/python scripts/offline.py --state "$(STATE)" --region "$(REGION)"

# What the theme's style has for pages of ours; made again when a page may have more.
$(THEME): scripts/theme-style.mjs $(NPM_STAMP) $(VENDOR) $(shell find overrides docs -name '*.html' -o -name '*.js' -o -name '*.css' -o -name '*.md')
	@mkdir -p $(@D)
	node $< "$$($(BIN)/python -c 'import material, pathlib; print(pathlib.Path(material.__file__).parent / "templates")')" $@.new
	@mv $@.new $@

# Chromium from Debian's packages when root on Debian (or Ubuntu's kin), otherwise Playwright's own; then Firefox, too,
# for the offline edition, and poppler-utils, which reads paper. Without one of them its tests are skipped, and say so.
browser: $(BROWSER_STAMP)
$(BROWSER_STAMP): $(DEV_STAMP)
	@mkdir -p $(@D)
	@wanted=""; \
	command -v chromium >/dev/null || wanted="chromium fonts-dejavu-core"; \
	command -v firefox-esr >/dev/null || wanted="$$wanted firefox-esr"; \
	command -v pdftotext >/dev/null || wanted="$$wanted poppler-utils"; \
	if [ -z "$$wanted" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && grep -qi '^ID=debian' /etc/os-release; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$wanted >/dev/null; \
	elif command -v chromium >/dev/null; then :; \
	else $(BIN)/playwright install --with-deps chromium || $(BIN)/playwright install chromium; fi
	@touch $@

test: setup-dev browser $(FONTS_STAMP)
	$(BIN)/pytest -n auto --dist loadgroup

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check hooks scripts tests
	$(BIN)/mypy
	$(BIN)/python scripts/check.py
	$(BIN)/python scripts/format_data.py --check
	$(BIN)/python scripts/generate.py --check
	$(BIN)/python scripts/messages.py check
	$(BIN)/zizmor --offline --no-progress --quiet .github/workflows
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	node scripts/lint_workflows.mjs .github/workflows/*.yml

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format hooks scripts tests
	$(BIN)/python scripts/format_data.py

generate: setup
	$(BIN)/python scripts/generate.py

# Git then looks at every commit before it is made: what must never be public is refused while nobody can see it.
hooks: setup
	git config core.hooksPath scripts/hooks
	@echo "Every commit is checked now before it is made."

messages: setup
	$(BIN)/python scripts/messages.py update

bench: setup-dev browser
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(BIN)/python scripts/bench.py $(if $(QUICK),--quick --runs 1,)

# Locks carry hashes and no download addresses.
lock: $(DEV_STAMP)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra node pyproject.toml -o requirements-node.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra bench pyproject.toml -o requirements-bench.lock
	npm install --package-lock-only --silent

clean:
	rm -rf site .cache node_modules fonts/node_modules $(VENV) .mypy_cache .ruff_cache .pytest_cache
