"""The map of a field: how alike projects are, which groups they form, what the groups are called."""
