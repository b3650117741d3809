"""A run of faults chosen by a seed, while people click; then the databases are held against what was told.

`plan` chooses, `faults` carries out, `clicking` clicks and keeps what it was told, `checking` reads and compares.
"""
