"""The simulated sources as servers on loopback."""
