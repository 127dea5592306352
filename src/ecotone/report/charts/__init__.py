"""How numbers are drawn: Vega-Lite specifications as plain data, without rows and without HTML."""
