# Everything is set up below the ignored folder .dev; see `make help`.

PYTHON ?= python3
PORT ?= 8069
DB ?= key_account_demo
ARGS ?=
DEV = $(PYTHON) tools/dev.py

.PHONY: help demo test test-odoo test-neighbours mutants any-day bench soak replica shell lint format readme translations screenshots clean

help: ## Tell what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*##/ { printf "  make %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Set up, and serve the demo on http://127.0.0.1:8069 (PORT=…)
	@$(DEV) demo --port $(PORT)

test: ## Set up, and run lint and all tests
	@$(DEV) test

test-odoo: ## Run Odoo's own tests without and with the add-ons (ARGS='--only own --suites crm')
	@$(DEV) test-odoo $(ARGS)

test-neighbours: ## Run the add-ons' tests beside stock, webshop, loyalty, projects … (ARGS='TestPayment --demo --english', --all: with and without both)
	@$(DEV) test-neighbours $(ARGS)

mutants: ## Take sentences away one by one: a test must fail each time (ARGS='one-*')
	@$(DEV) mutants $(ARGS)

any-day: ## Run the tests at the turn of days, quarters, years (ARGS='new-year-utc --whole')
	@$(DEV) any-day $(ARGS)

bench: ## Measure with and without the add-ons (ARGS=--scale: a million orders, --accounts: a thousand accounts, --visits: 200 000 visits, --kpi: each KPI, --analyses: analyses and dashboards)
	@$(DEV) bench $(ARGS)

soak: ## Kill workers under load: nothing lost, doubled, past its guards (ARGS='--seconds 60')
	@$(DEV) soak $(ARGS)

replica: ## Read every screen through a streaming replica (ARGS='--seconds 30')
	@$(DEV) replica $(ARGS)

shell: ## Open Odoo's Python shell on the demo database (DB=…)
	@$(DEV) shell $(DB)

lint: ## Check the style of everything
	@$(DEV) lint $(ARGS)

format: ## Repair the style where it can be repaired
	@$(DEV) lint --fix $(ARGS)

readme: ## Write the add-ons' README.rst, and docs/attacks.md from the tests
	@$(DEV) readme

translations: ## Bring i18n/ to the present terms
	@$(DEV) translations

screenshots: ## Take the README's pictures anew
	@$(DEV) screenshots $(ARGS)

clean: ## Remove everything that was set up, the demo's data too
	@$(DEV) clean
