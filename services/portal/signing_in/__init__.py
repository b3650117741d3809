"""How often signing in may be tried, and by whom: nobody locks anybody out (decision 40)."""
