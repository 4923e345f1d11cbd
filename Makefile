# The commands of this project. A newcomer needs two: `make demo` and `make test`.

SHELL := /bin/bash
FLAGS := --explicit-target-dependency-import-check error
DEBUG := .build/debug

.PHONY: demo test check release-check format fuzz bench setup build vectors tidy lint python

demo: setup           ## two people chat through a relay, then see what the relay knows
	swift build $(FLAGS) --product sotto
	swift build $(FLAGS) --product sotto-relay
	Scripts/demo $(DEBUG)

test: setup build     ## every test, and the published vectors where SOTTO_VECTORS names them
	swift test --skip-build --no-parallel
	Scripts/verify-vectors $(DEBUG)/sotto-vectors

check: setup lint build tidy python  ## what runs on every change
	swift test --skip-build --no-parallel
	Scripts/verify-vectors $(DEBUG)/sotto-vectors
	Scripts/python Scripts/check-crypto.py $(DEBUG)/sotto-vectors
	Scripts/python Scripts/check-vectors.py vectors

release-check: check  ## what takes longer: release build, examples, sanitizers, kill rounds, benches
	Scripts/release-check

fuzz: setup           ## feeds rubbish to every decoder for a while
	Scripts/fuzz

bench: setup          ## every measurement, in a release build
	Scripts/bench

format:               ## lays out every source file as the checks want it
	swift format --in-place --recursive Package.swift Sources Tests Fuzz Examples Interop

setup:
	@Scripts/setup

build:
	swift build --build-tests $(FLAGS)

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Fuzz Examples Interop

tidy:
	python3 Scripts/tidy.py --closure $(DEBUG)

python:
	@Scripts/python --version
