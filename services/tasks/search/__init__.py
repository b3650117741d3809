"""Finding things: one search over duties, checklists, units and people, for what each person may read."""
