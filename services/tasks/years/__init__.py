"""The turn of the year: ending a checklist, and carrying one into the draft of another year."""
