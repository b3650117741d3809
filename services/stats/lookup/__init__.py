"""Finding reports and indicators by what they are called."""
