"""The language server: what editors show and offer. ``server.py`` speaks the protocol."""
