# A thin face over `python -m indieweb COMMAND`; `make help` says what there is.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN = PYTHONPATH=plugins $(VENV)/bin/python -m indieweb
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
READY_TO_BENCH := $(VENV)/.ready-to-bench
# An option for a variable that was given on the command line; one that merely stands in the environment is not meant.
# Its value reaches the command through the environment, so that quotes in it mean nothing to the shell.
given = $(if $(filter $1,$(GIVEN)),$(if $2,$2="$$$1","$$$1"))
WORDS := TO OF TITLE TEXT RSVP PHOTO ALT TAGS START END LOCATION NAME SITEURL ABOUT ME FROM HOST PORT POST STATE
GIVEN := $(foreach word,$(WORDS),$(if $(filter command,$(firstword $(origin $(word)))),$(word)))
# A sign of make's in a value means nothing either: "$5" stays what it costs.
$(foreach word,$(GIVEN),$(eval override $(word) := $$(value $(word)))$(eval export $(word)))
# Every row of the table of kinds is a target.
KINDS := $(shell sed -n 's/^    Kind."\([a-z]*\)".*/\1/p' plugins/indieweb/model/kind.py)

.DEFAULT_GOAL := help
.PHONY: help setup html serve view publish check receive mentions sent moderate neighbours \
	mine update clean test test-long bench lint types lock $(KINDS)

help: ## Say what there is to do.
	@echo "Writing:  make KIND, where KIND is one of"
	@echo "          $(KINDS)" | fold -s -w 88 | sed '2,$$s/^/          /'
	@echo "          with TITLE= TEXT= TO= OF= RSVP= PHOTO= ALT= TAGS= START= END= LOCATION= as it needs"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | while IFS="	" read -r name words; do \
		printf '  make %-11s %s\n' "$$name" "$$words"; done

setup: $(READY) ## Make .venv from the lock file; every other target does this by itself.

# uv where it is installed, else venv and pip; both insist on the hashes in the lock file.
define INSTALL
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is older. Say which: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@if command -v uv >/dev/null; then \
		test -x $(VENV)/bin/python || uv venv --quiet --python "$(PYTHON)" $(VENV); \
		uv pip install --quiet --python $(VENV)/bin/python --require-hashes -r $(1); \
	else \
		test -x $(VENV)/bin/pip || "$(PYTHON)" -m venv $(VENV); \
		$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	fi
	@touch $@
endef

$(READY): requirements.lock
	@echo "Setting up .venv (once; this needs the network)"
	$(call INSTALL,requirements.lock)

$(READY_TO_TEST): $(READY) requirements-dev.lock
	$(call INSTALL,requirements-dev.lock)

$(READY_TO_BENCH): $(READY) requirements-bench.lock
	$(call INSTALL,requirements-bench.lock)

html: $(READY) ## Build the preview into output/, without the network.
	@$(RUN) build

serve: $(READY) ## Preview while you write: rebuilt when a file changes, the browser reloads by itself.
	@$(RUN) serve $(call given,PORT,--port)

view: $(READY) ## Look at what was published into public/.
	@$(RUN) view $(call given,PORT,--port)

publish: $(READY) ## Pull mentions, build, check, upload, send webmentions, and say what became of it.
	@$(RUN) publish $(if $(YES),--yes) $(if $(NOW),--now) $(if $(LEDGER_KEPT),--ledger-kept)

check: $(READY) ## Judge the last build for publishing.
	@$(RUN) check

receive: $(READY) ## Run the receiver: webmentions come in at POST /webmention.
	@$(RUN) receive $(call given,HOST,--host) $(call given,PORT,--port)

mentions: $(READY) ## Bring mentions into content/: those approved, and those of the sites you follow.
	@$(RUN) mentions $(if $(NOW),--now)

sent: $(READY) ## Show what was sent to whom, and what became of it: POST= HOST= STATE=
	@$(RUN) sent $(call given,POST,--post) $(call given,HOST,--host) $(call given,STATE,--state)

moderate: $(READY) ## Say yes or no to what waits; LINK=1 prints a link for doing so in a browser.
	@$(RUN) moderate $(if $(LINK),--link)

neighbours: $(READY) ## Watch two homes on this machine hold a conversation.
	@$(RUN) neighbours $(if $(ONCE),--once)

mine: $(READY) ## Make this home yours: NAME= SITEURL= ABOUT= ME=
	@$(RUN) mine $(call given,NAME,--name) $(call given,SITEURL,--siteurl) $(call given,ABOUT,--about) $(call given,ME,--me)

update: $(READY) ## Take upstream's plugins, theme and Makefile; never your content or conf files.
	@$(RUN) update $(call given,FROM,--from) $(if $(YES),--yes)

$(KINDS): $(READY)
	@$(RUN) new $@ $(call given,TO) $(call given,OF) $(call given,TITLE,--title) $(call given,TEXT,--text) \
		$(call given,RSVP,--rsvp) $(call given,PHOTO,--photo) $(call given,ALT,--alt) $(call given,TAGS,--tags) \
		$(call given,START,--start) $(call given,END,--end) $(call given,LOCATION,--location)

clean: ## Remove .cache/ and output/; never content/, public/ or var/.
	@rm -rf .cache output

test: $(READY_TO_TEST) ## Run the tests.
	@$(VENV)/bin/pytest -n 2

test-long: $(READY_TO_TEST) ## Run the long tests: many kills, fuzzing.
	@$(VENV)/bin/pytest -n 2 -m long

bench: $(READY_TO_BENCH) ## Measure speed, as ratios of paired runs: POSTS= PAIRS= ONLY=
	@PYTHONPATH=plugins:tests $(VENV)/bin/python -m bench

lint: $(READY_TO_TEST) ## Judge the code's form.
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

types: $(READY_TO_TEST) ## Judge the code's types.
	@$(VENV)/bin/mypy

# With the extras that they were asked for with: pip takes `coverage` for no pin of `coverage[toml]`.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --quiet

lock: ## Write the lock files anew (needs uv).
	@$(LOCK) pyproject.toml --upgrade -o requirements.lock
	@$(LOCK) pyproject.toml --group dev --extra postgresql -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --group bench --upgrade -o requirements-bench.lock
