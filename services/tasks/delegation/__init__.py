"""Delegation (分解): a unit splits a duty among units below it, each with a day of its own."""
