"""Timestamped public events and the sources they are read from."""
