"""Parse dependency manifests: one module for each family of ecosystems, and `declarations` for the whole."""
