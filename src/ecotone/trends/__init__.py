"""The curves through time: what shape each has, when it turned, what a field does as a whole."""
