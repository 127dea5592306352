"""Errors, months, landscape files and declarations, for every folder. Imports no other folder."""
