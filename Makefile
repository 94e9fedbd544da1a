.DEFAULT_GOAL := help
.PHONY: help run test lint lock bench drills clean
STACK := python3 -m smartlink.stack

help: ## What can be done here
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Start SmartLink on this machine with demo data (PORT, DATA_DIR)
	@$(STACK) run

test: ## Run the tests (ARGS="-x -q tests/stack" for some of them)
	@$(STACK) test $(ARGS)
