"""Ecotone: who builds an open-source field, for whom, and where it moves."""
