"""Difficulties (需协调) of units: who is asked to help, and the list of the open ones for the meeting."""
