"""Measures Parcours beside its peers on one machine in one run, and writes docs/benchmarks.md: ``make bench``."""
