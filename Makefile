.DEFAULT_GOAL := help
.PHONY: help run test lint lock bench bench-portal drills clean
STACK := exec python3 -m smartlink.stack --tied $$PPID
COMPILE := .venv/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-annotate --no-header

help: ## What can be done here
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Start SmartLink on this machine with demo data (PORT=8000 DATA_DIR=.run)
	@$(STACK) run

test: ## Run the tests (ARGS="-x -q tests/stack" for some of them)
	@$(STACK) test $(ARGS)

lint: ## Run every check on the code (ARGS="ruff" for those with that word)
	@$(STACK) lint $(ARGS)

lock: ## Resolve requirements*.in into the hash-locked requirements*.txt
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-dev.in -o requirements-dev.txt

bench: ## Measure the budgets on this machine (ARGS=NAME for one of them)
	@$(STACK) bench $(ARGS)

bench-portal: ## Measure the portal's first visits on slow networks in a real browser
	@$(STACK) bench portal $(ARGS)

drills: ## Kill processes and servers in the middle of things, and look for what is lost (DRILL_CHECK_INS=20000)
	@$(STACK) test -q -p no:randomly -m "" $(wildcard tests/faults) tests/stack tests/verification/test_fuzz.py $(ARGS)

clean: ## Remove caches and built files (keeps .venv and the data of make run)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage*
	@rm -rf staticfiles locale/*/LC_MESSAGES/*.mo
	@find smartlink casework checkins tests -type d -name __pycache__ -prune -exec rm -rf {} +
