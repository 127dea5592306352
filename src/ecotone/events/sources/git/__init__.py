"""Events read from git histories: complete, without a token, with e-mail domains and trailers."""
