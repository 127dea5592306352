"""The source git: complete histories without a token, with e-mail domains and trailers."""
