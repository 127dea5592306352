"""The workspace on disk: its files and its database."""
