"""Does a listener's picture say what the ledger of duties says? Each holds its own against the count of the night."""
