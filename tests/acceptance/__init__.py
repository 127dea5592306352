"""Long checks of whole promises, on simulated fields and on the real histories: `make acceptance-...`."""
