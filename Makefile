# The two commands that a fresh machine needs are `make demo` and `make test`.

# A pipe fails if any part of it does.
SHELL := bash
.SHELLFLAGS := -o pipefail -c

LIBRARIES := libglpk-dev coinor-libcbc-dev
# The tests hold exported files against the solvers' own programs.
PROGRAMS := glpk-utils coinor-cbc
LAYERROUTE := .build/release/layerroute
# More tests at once than processors only take the time from each other that some of them measure.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH = 3

# HiGHS comes from the Python package highsbox, because Debian 12 has none; the backend opens it here at run time.
HIGHS_VERSION := 1.15.1
HIGHS := build/highs/highsbox-$(HIGHS_VERSION).dist-info

.PHONY: help demo test fuzz test-traits test-without-backends lint build docs benchmarks libraries highs highs-if-possible test-highs-alone programs swift clean

help:
	@echo 'make demo        install what is missing, build, solve and compare a real instance'
	@echo 'make test        install what is missing, build, run the tests'
	@echo 'make fuzz        read damaged files and messages for FUZZ_SECONDS (23) a suite, from new seeds'
	@echo 'make test-traits try the program without backends, and with one after the other'
	@echo 'make test-without-backends  run the tests again without backends'
	@echo 'make highs       fetch the solver HiGHS into build/highs, with pip'
	@echo 'make build       build the release version of layerroute and its workers'
	@echo 'make docs        build the documentation of the library, build/docs'
	@echo 'make lint        check the style'
	@echo 'make benchmarks  measure the figures in benchmarks/README.md (about 15 minutes)'
	@echo 'make clean       remove what was built'

demo: libraries highs-if-possible build
	@mkdir -p build
	$(LAYERROUTE) generate demo -o build/demo.json
	$(LAYERROUTE) solve build/demo.json -o build/demo-plan.json
	$(LAYERROUTE) verify build/demo.json build/demo-plan.json
	$(LAYERROUTE) compare build/demo.json --time-limit 20

# The tests run searches thousands of times, so that these are optimised (see the end of Package.swift).
test fuzz docs: export LAYERROUTE_OPTIMISED = 1
# Debugging information takes a part of the time, and tests name their places without it.
WITHOUT_SYMBOLS := -debug-info-format none
BUILD_TESTS := swift build --build-tests $(WITHOUT_SYMBOLS)

test: libraries highs-if-possible programs swift lint
	$(BUILD_TESTS)
	@mkdir -p build
	@# What failed stands at the end again, because the output is long.
	swift test --skip-build $(WITHOUT_SYMBOLS) 2>&1 | tee build/tests.log || \
	  { echo 'Failed:'; grep -a '✘' build/tests.log; exit 1; }

# Six suites, as many at once as there are processors. A failure prints its seed: LAYERROUTE_FUZZ_SEED=... starts there.
FUZZ_SECONDS ?= 23
fuzz: libraries swift
	$(BUILD_TESTS)
	LAYERROUTE_FUZZ_SECONDS=$(FUZZ_SECONDS) swift test --skip-build $(WITHOUT_SYMBOLS) --filter 'FuzzTests'

# What `make test` does not see, because it builds all backends: the program without any, and then with one worker after
# the other, solves, compares and says what is missing. Only the workers depend on the traits, so that they alone are
# built again, in the folder of the others.
test-traits: libraries highs-if-possible programs swift
	swift build $(WITHOUT_SYMBOLS) --product layerroute --disable-default-traits
	.build/debug/layerroute list
	.build/debug/layerroute solve docs/examples/walk.yaml
	.build/debug/layerroute solve docs/examples/streams.yaml; test $$? = 69
	$(call alone,GLPK,glpk)
	.build/debug/layerroute solve docs/examples/camera.yaml --backend cbc; test $$? = 69
	$(call alone,CBC,cbc)
	.build/debug/layerroute solve docs/examples/camera.yaml --backend highs; test $$? = 69
	test ! -e $(HIGHS) || $(MAKE) --no-print-directory test-highs-alone

# Without any backend the tests run in which one could have a part. It builds everything once more, and is not a part of
# every change.
WITHOUT_BACKENDS := FoundationsTests|DocumentsTests|NetworksTests|GraphsTests|Splitting(Checking|Generators|Algorithms|Formulations)?Tests|ImporterTests|ChartTests|PictureTests|BenchmarkTests|QueuesTests
test-without-backends: libraries programs swift
	swift build --build-tests --disable-default-traits
	swift test --skip-build --disable-default-traits --skip '$(WITHOUT_BACKENDS)'

test-highs-alone:
	$(call alone,HiGHS,highs)

lint: swift
	swift format lint --strict --recursive Package.swift Sources Tests formulations benchmarks

build: libraries swift
	swift build -c release --product layerroute

# From what the tests are made of, so that nothing is compiled twice.
docs: libraries swift
	$(BUILD_TESTS)
	docs/build-reference build/docs

benchmarks: libraries highs-if-possible swift
	swift build -c release --product benchmarks
	.build/release/benchmarks models
	.build/release/benchmarks reading
	.build/release/benchmarks workers
	.build/release/benchmarks sessions
	.build/release/benchmarks scheduling --seeds 3
	.build/release/benchmarks heuristic --seeds 5 --limit 10
	.build/release/benchmarks relaxations --seeds 5 --limit 15
	.build/release/benchmarks native --nodes 1000 100000 --layers 50 --shares 1 0.01 --seeds 4

libraries:
	@$(call install,$(LIBRARIES))

programs:
	@$(call install,$(PROGRAMS))

highs: $(HIGHS)
	@:

$(HIGHS):
	@echo 'Fetching highsbox $(HIGHS_VERSION) into build/highs'
	@rm -rf build/highs-new
	@PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
	  --only-binary :all: --retries 1 --timeout 20 --target build/highs-new highsbox==$(HIGHS_VERSION)
	@rm -rf build/highs && mv build/highs-new build/highs

# Without Python, pip or a network everything but this backend works.
highs-if-possible:
	@$(MAKE) --no-print-directory highs || echo 'WITHOUT HiGHS: the backend highs and its tests are left out (see above)'

swift:
	@command -v swift >/dev/null || { echo 'Swift 6.2 or later is needed: see https://swift.org/install'; exit 1; }

clean:
	rm -rf .build build

# Installs the Debian packages of a list that are missing; without the rights to, says what to run.
define install
if ! command -v dpkg-query >/dev/null; then \
  echo "Not a Debian system: make sure that you have what Debian calls $(1)."; \
  exit 0; \
fi; \
missing=; \
for package in $(1); do \
  dpkg-query --show --showformat='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
    || missing="$$missing $$package"; \
done; \
if [ -z "$$missing" ]; then exit 0; fi; \
command="apt-get update && apt-get install --yes$$missing"; \
if [ "$$(id -u)" = 0 ]; then as_root=; \
elif sudo -n true 2>/dev/null; then as_root='sudo -n'; \
else echo "Missing:$$missing. Install them as root, then try again:"; echo "  $$command"; exit 1; fi; \
echo "Installing$$missing"; \
$$as_root sh -c "DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; $$command" >/dev/null \
  || { echo "That failed. Run it by hand to see why:"; echo "  $$command"; exit 1; }
endef

# Builds the worker of one backend, and tries it: trait, name.
define alone
swift build $(WITHOUT_SYMBOLS) --product layerroute-$(2) --traits $(1)
.build/debug/layerroute solve docs/examples/camera.yaml --backend $(2)
.build/debug/layerroute compare docs/examples/camera.yaml
endef
