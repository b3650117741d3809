"""What `make audit` looks at: our code by bandit, what we install by pip-audit, and a list of it in CycloneDX."""
