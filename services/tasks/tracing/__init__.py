"""Where each piece of a notice went in its draft; taking what was left out; splitting, merging, undoing; figures."""
