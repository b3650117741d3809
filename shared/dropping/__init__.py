"""The duties of a year that was dropped go from whoever keeps a picture of them, and nothing brings them back."""
