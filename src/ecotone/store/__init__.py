"""The workspace on disk: the only folder that knows its files and its database."""
