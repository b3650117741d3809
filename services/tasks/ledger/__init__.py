"""The ledger of duties as others may hold theirs against it: counted once a night and told."""
