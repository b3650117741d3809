"""Measures of a whole country, each of minutes, one JSON line each; `docs/performance.md` has what came of them."""
