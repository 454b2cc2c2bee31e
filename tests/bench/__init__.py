"""Benchmarks: our turn beside WeRoBot's and beside a raw floor, as ratios taken in the same minutes on the same machine."""
