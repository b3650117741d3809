"""Stands before what the linter of imports brings along: structlog would load it for colours in each process."""

raise ImportError("an installation without the tests' tools has no rich")
